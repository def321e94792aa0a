#include "posture/owners.h"

#include <gtest/gtest.h>

#include "posture/scan.h"

namespace bulwark::posture {
namespace {

constexpr std::string_view shop = R"(
{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {template: {spec: {hostPID: true, containers: [{name: a, image: x}]}}}}
---
{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: web-1, ownerReferences: [{kind: Deployment, name: web, controller: true}]}, spec: {template: {spec: {hostPID: true}}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web-1-a, ownerReferences: [{kind: ReplicaSet, name: web-1, controller: true}]}, spec: {hostPID: true, hostIPC: true}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web-1-b, ownerReferences: [{kind: ReplicaSet, name: web-1, controller: true}]}, spec: {hostPID: true, hostIPC: true}}
---
{apiVersion: v1, kind: Pod, metadata: {name: orphan, ownerReferences: [{kind: ReplicaSet, name: gone, controller: true}]}, spec: {hostPID: true}}
---
{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: loop, ownerReferences: [{kind: ReplicaSet, name: loop, controller: true}]}, spec: {template: {spec: {hostPID: true}}}}
---
{apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly}, spec: {jobTemplate: {spec: {template: {spec: {hostPID: true}}}}}}
---
{apiVersion: batch/v1, kind: Job, metadata: {name: nightly-1, ownerReferences: [{kind: CronJob, name: nightly, controller: true}]}, spec: {template: {spec: {hostPID: true}}}}
)";

TEST(Owners, SayEachThingOnce) {
  SelectionOptions options;
  options.only = {"host-pid", "host-ipc"};
  const Selection selection = *Selection::make(options);
  const document::Limits limits;
  const document::Source source("shop.yaml", shop);
  Scanner scanner(selection, limits);
  scanner.scan_yaml(source, 0, {0, static_cast<std::uint32_t>(shop.size())});
  std::vector<Part> parts;
  parts.push_back(scanner.take());
  const Scan scan = finish(std::move(parts), selection, {&source}, limits);
  std::string found;
  for (const finding::Finding* finding : scan.findings) {
    found += std::string(finding->check->id) + " " + std::string(finding->object->metadata.name);
    if (finding->owner != nullptr) found += " of " + std::string(finding->owner->metadata.name);
    if (finding->more > 0) found += " +" + std::to_string(finding->more);
    found += "\n";
  }
  EXPECT_EQ(found,
            "host-pid web\n"
            "host-ipc web-1-a of web +1\n"
            "host-pid orphan\n"
            "host-pid loop\n"
            "host-pid nightly\n");
}

}  // namespace
}  // namespace bulwark::posture
