#include "kube/redact.h"

#include <gtest/gtest.h>

#include "document/reader.h"

namespace bulwark::kube {
namespace {

class Redact : public document::DocumentSink {
 public:
  explicit Redact(Redaction level) : level_(level) {}
  void on_document(const document::Node& root) override { append_redacted(out, root, level_); }
  void on_problem(document::Problem problem) override {
    EXPECT_EQ(problem.severity, document::Problem::Severity::warning) << problem.message;
  }

  static std::string text(std::string_view yaml, Redaction level) {
    Redact sink(level);
    const document::Source source("", yaml);
    base::Arena arena;
    document::read_yaml(source, {0, static_cast<std::uint32_t>(yaml.size())}, arena, {}, sink);
    return sink.out;
  }
  std::string out;

 private:
  Redaction level_;
};

TEST(Redaction, LeavesOut) {
  struct Case {
    std::string_view yaml, none, standard, strict;
  };
  constexpr std::string_view pod =
      "{spec: {containers: [{name: a, args: [--key=planted], env: [{name: K, value: planted}, {name: L, "
      "valueFrom: "
      "{secretKeyRef: {name: s, key: k}}}]}]}}";
  for (
      const Case& c : {
          Case{"{kind: Secret, data: {k: planted}, stringData: {l: planted}, type: Opaque}",
               R"({"kind":"Secret","data":{"k":""},"stringData":{"l":""},"type":"Opaque"})",
               R"({"kind":"Secret","data":{"k":""},"stringData":{"l":""},"type":"Opaque"})",
               R"({"kind":"Secret","data":{"k":""},"stringData":{"l":""},"type":"Opaque"})"},
          Case{"{kind: ConfigMap, data: {k: planted}}", R"({"kind":"ConfigMap","data":{"k":"planted"}})",
               R"({"kind":"ConfigMap","data":{"k":""}})", R"({"kind":"ConfigMap","data":{"k":""}})"},
          Case{
              pod,
              R"({"spec":{"containers":[{"name":"a","args":["--key=planted"],"env":[{"name":"K","value":"planted"},)"
              R"({"name":"L","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}}]}]}})",
              R"({"spec":{"containers":[{"name":"a","args":["--key=planted"],"env":[{"name":"K","value":""},)"
              R"({"name":"L","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}}]}]}})",
              R"({"spec":{"containers":[{"name":"a","args":[""],"env":[{"name":"K","value":""},)"
              R"({"name":"L","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}}]}]}})"},
          Case{"{metadata: {managedFields: [x], annotations: {kubectl.kubernetes.io/last-applied-configuration: "
               "planted, a: planted, x.k8s.io/b: v, evilk8s.io/c: planted}}, spec: {template: {metadata: "
               "{annotations: {a: planted}}}}}",
               R"({"metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"planted",)"
               R"("a":"planted","x.k8s.io/b":"v","evilk8s.io/c":"planted"}},"spec":{"template":{"metadata":)"
               R"({"annotations":{"a":"planted"}}}}})",
               R"({"metadata":{"annotations":{"a":"planted","x.k8s.io/b":"v","evilk8s.io/c":"planted"}},"spec":)"
               R"({"template":{"metadata":{"annotations":{"a":"planted"}}}}})",
               R"({"metadata":{"annotations":{"a":"","x.k8s.io/b":"v","evilk8s.io/c":""}},"spec":{"template":)"
               R"({"metadata":{"annotations":{"a":""}}}}})"},
          Case{
              "{spec: {livenessProbe: {httpGet: {httpHeaders: [{name: Authorization, value: planted}]}}}}",
              R"({"spec":{"livenessProbe":{"httpGet":{"httpHeaders":[{"name":"Authorization","value":"planted"}]}}}})",
              R"({"spec":{"livenessProbe":{"httpGet":{"httpHeaders":[{"name":"Authorization","value":""}]}}}})",
              R"({"spec":{"livenessProbe":{"httpGet":{"httpHeaders":[{"name":"Authorization","value":""}]}}}})"},
          Case{"{status: {podIP: 10.0.0.1, phase: Running, count: 3, b: true, z: null, f: 1.5}}",
               R"({"status":{"podIP":"10.0.0.1","phase":"Running","count":3,"b":true,"z":null,"f":1.5}})",
               R"({"status":{"podIP":"10.0.0.1","phase":"Running","count":3,"b":true,"z":null,"f":1.5}})",
               R"({"status":{"phase":"Running","count":3,"b":true,"z":null,"f":1.5}})"},
          Case{"{kind: PersistentVolume, spec: {csi: {driver: d, volumeAttributes: {k: planted}, "
               "nodeStageSecretRef: {name: planted}}, claimRef: {name: c}}}",
               R"({"kind":"PersistentVolume","spec":{"csi":{"driver":"d","volumeAttributes":{"k":"planted"},)"
               R"("nodeStageSecretRef":{"name":"planted"}},"claimRef":{"name":"c"}}})",
               R"({"kind":"PersistentVolume","spec":{"csi":{"driver":"d","volumeAttributes":{"k":""}},)"
               R"("claimRef":{"name":"c"}}})",
               R"({"kind":"PersistentVolume","spec":{"csi":{"driver":"d","volumeAttributes":{"k":""}},)"
               R"("claimRef":{"name":"c"}}})"},
          Case{"{kind: StorageClass, provisioner: p, parameters: {restuserkey: planted}}",
               R"({"kind":"StorageClass","provisioner":"p","parameters":{"restuserkey":"planted"}})",
               R"({"kind":"StorageClass","provisioner":"p","parameters":{"restuserkey":""}})",
               R"({"kind":"StorageClass","provisioner":"p","parameters":{"restuserkey":""}})"},
          // The place of a pod's own secret stays: checks ask for it.
          Case{
              "{kind: Pod, spec: {volumes: [{secret: {secretName: s}}], ports: [{hostIP: 127.0.0.1}, {hostIP: "
              "10.0.0.1}]}}",
              R"({"kind":"Pod","spec":{"volumes":[{"secret":{"secretName":"s"}}],"ports":[{"hostIP":"127.0.0.1"},)"
              R"({"hostIP":"10.0.0.1"}]}})",
              R"({"kind":"Pod","spec":{"volumes":[{"secret":{"secretName":"s"}}],"ports":[{"hostIP":"127.0.0.1"},)"
              R"({"hostIP":"10.0.0.1"}]}})",
              R"({"kind":"Pod","spec":{"volumes":[{"secret":{"secretName":"s"}}],"ports":[{"hostIP":"127.0.0.1"},)"
              R"({}]}})"},
          Case{"{data: {k: v}, kind: ConfigMap, data: planted}", R"({"kind":"ConfigMap","data":"planted"})",
               R"({"kind":"ConfigMap","data":""})", R"({"kind":"ConfigMap","data":""})"},
      }) {
    EXPECT_EQ(Redact::text(c.yaml, Redaction::none), c.none);
    EXPECT_EQ(Redact::text(c.yaml, Redaction::standard), c.standard);
    EXPECT_EQ(Redact::text(c.yaml, Redaction::strict), c.strict);
  }
}

TEST(Redaction, Names) {
  for (const Redaction each : {Redaction::none, Redaction::standard, Redaction::strict}) {
    EXPECT_EQ(parse_redaction(name(each)), each);
  }
  EXPECT_EQ(parse_redaction("all"), std::nullopt);
}

}  // namespace
}  // namespace bulwark::kube
