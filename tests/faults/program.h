// The program, run as its user runs it, with a kubeconfig of the test's own.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/kubeapi/base64.h"
#include "adapters/os/process.h"

namespace bulwark::faults {

// A folder of the test's own, gone with it.
class Folder {
 public:
  Folder() {
    std::string name = testing::TempDir() + "bulwark-faults-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }

  const std::filesystem::path& path() const { return path_; }
  std::string write(const std::string& name, std::string_view text) const {
    std::ofstream(path_ / name) << text;
    return (path_ / name).string();
  }
  // A program for sh.
  std::string script(const std::string& name, std::string_view text) const {
    const std::string path = write(name, fmt::format("#!/bin/sh\n{}\n", text));
    ::chmod(path.c_str(), 0700);
    return path;
  }
  // Empty when it is not there.
  std::string read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(path_ / name).rdbuf();
    return text.str();
  }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& entry : std::filesystem::directory_iterator(path_))
      all.push_back(entry.path().filename().string());
    return all;
  }

 private:
  std::filesystem::path path_;
};

// A kubeconfig with one context, "shop".
struct Kubeconfig {
  std::string server;
  std::string ca;                                           // PEM
  std::string cluster = "";                                 // more fields of the cluster, as JSON behind a comma
  std::string user = R"("token": "planted-token-8c2f1d")";  // fields of the user, as JSON

  std::string text() const {
    std::string authority;
    if (!ca.empty())
      authority = fmt::format(R"(, "certificate-authority-data": "{}")", adapters::base64_encode(ca));
    return fmt::format(R"({{"apiVersion": "v1", "kind": "Config", "current-context": "shop",
  "contexts": [{{"name": "shop", "context": {{"cluster": "c", "user": "u"}}}}],
  "clusters": [{{"name": "c", "cluster": {{"server": "{}"{}{}}}}}],
  "users": [{{"name": "u", "user": {{{}}}}}]}})",
                       server, authority, cluster, user);
  }
  // A user whose credentials a plugin gives.
  static std::string plugin(const std::string& command, const std::string& more = "") {
    return fmt::format(R"("exec": {{"apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "Never",
      "command": "{}"{}}})",
                       command, more);
  }
};

// What a plugin prints.
inline std::string credential(const std::string& token, const std::string& more = "") {
  return fmt::format(
      R"({{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{{"token":"{}"{}}}}})",
      token, more);
}

// `env -i` with what the program needs: nothing of the tester's own kubeconfig and proxies.
inline std::vector<std::string> command_line(const Folder& home, std::vector<std::string> arguments) {
  const char* path = std::getenv("PATH");
  std::vector<std::string> all{"env",
                               "-i",
                               fmt::format("PATH={}", path == nullptr ? "/usr/bin:/bin" : path),
                               "HOME=" + home.path().string(),
                               "TERM=xterm",
                               BULWARK_PROGRAM};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return all;
}

inline adapters::Output bulwark(const Folder& home, std::vector<std::string> arguments) {
  auto output = adapters::run_program(command_line(home, std::move(arguments)));
  if (!output) return {.status = 127, .out = {}, .err = output.error().text()};
  return *std::move(output);
}

}  // namespace bulwark::faults
