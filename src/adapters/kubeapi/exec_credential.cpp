#include "adapters/kubeapi/exec_credential.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "adapters/kubeapi/base64.h"
#include "adapters/kubeapi/parsed_text.h"
#include "adapters/kubeapi/plugin_process.h"
#include "adapters/kubeapi/secrets.h"
#include "base/rfc3339.h"
#include "base/text.h"
#include "document/json_writer.h"

namespace bulwark::adapters {

base::Result<ExecCredential> parse_exec_credential(std::string text, std::string_view api_version) {
  // The reader's words could quote what the plugin wrote: only the place is told.
  const auto parsed = ParsedText::json("", std::move(text));
  if (!parsed) return base::fail("it did not print an ExecCredential as JSON");
  const document::Node& root = parsed->root();
  if (text_of(&root, "kind") != "ExecCredential") return base::fail("it did not print an ExecCredential");
  if (text_of(&root, "apiVersion") != api_version) {
    return base::fail(
        fmt::format("it did not answer in apiVersion {}, which the kubeconfig asks for", api_version));
  }
  const document::Node* status = root.find("status");
  if (status == nullptr || !status->is_mapping()) return base::fail("its ExecCredential has no status");
  ExecCredential credential;
  credential.token = text_of(status, "token");
  credential.certificate = text_of(status, "clientCertificateData");
  credential.key = text_of(status, "clientKeyData");
  if (credential.certificate.empty() != credential.key.empty()) {
    return base::fail("its ExecCredential has a client certificate without a key, or a key without a certificate");
  }
  if (credential.token.empty() && credential.certificate.empty()) {
    return base::fail("its ExecCredential has neither a token nor a client certificate");
  }
  if (credential.token.find_first_of("\r\n") != std::string::npos) {
    return base::fail("its ExecCredential has a token with line ends");
  }
  if (const document::Node* expires = status->find("expirationTimestamp");
      expires != nullptr && !expires->is_null()) {
    credential.expires = base::parse_rfc3339(expires->text());
    if (!credential.expires) return base::fail("its ExecCredential has an expirationTimestamp that is no time");
  }
  return credential;
}

std::string exec_info(const Connection& connection, bool interactive) {
  std::string out = R"({"kind":"ExecCredential","apiVersion":)";
  document::append_json_string(out, connection.exec->api_version);
  out += R"(,"spec":{)";
  if (connection.exec->provide_cluster_info) {
    out += R"("cluster":{"server":)";
    document::append_json_string(out, connection.server);
    const auto text = [&](std::string_view key, const std::string& value) {
      if (value.empty()) return;
      out += fmt::format(",\"{}\":", key);
      document::append_json_string(out, value);
    };
    text("tls-server-name", connection.tls_server_name);
    if (connection.insecure) out += R"(,"insecure-skip-tls-verify":true)";
    text("certificate-authority-data", base64_encode(connection.ca));
    text("proxy-url", connection.proxy_url);
    if (!connection.compress) out += R"(,"disable-compression":true)";
    if (!connection.exec_config.empty()) out += ",\"config\":" + connection.exec_config;
    out += "},";
  }
  out += fmt::format("\"interactive\":{}}}}}", interactive);
  return out;
}

base::Result<ExecCredential> ask_plugin(const Connection& connection, const PluginLimits& limits) {
  const ExecConfig& exec = *connection.exec;
  const auto failed = [&](const std::string& what) {
    return base::fail(fmt::format("credential plugin {}: {}", exec.command, what));
  };
  const bool terminal = ::isatty(STDIN_FILENO) == 1;
  if (exec.interactive == ExecConfig::Interactive::always && !terminal) {
    return failed("it wants to ask (interactiveMode: Always), and standard input is no terminal");
  }
  PluginCall call;
  call.interactive = terminal && exec.interactive != ExecConfig::Interactive::never;
  call.limit = call.interactive ? limits.interactive_limit : limits.limit;
  call.interrupted = limits.interrupted;
  call.arguments = {exec.command};
  call.arguments.insert(call.arguments.end(), exec.args.begin(), exec.args.end());
  call.variables = exec.env;
  call.variables.emplace_back("KUBERNETES_EXEC_INFO", exec_info(connection, call.interactive));
  const PluginOutcome outcome = TRY(run_plugin(call));
  if (outcome.missing) {
    return failed(exec.install_hint.empty() ? "no such program: install it, or put it on PATH"
                                            : "no such program\n" + exec.install_hint);
  }
  if (outcome.interrupted) return failed("interrupted");
  if (outcome.timed_out) {
    return failed(fmt::format("no answer within {:g} s; it was ended: run it by hand to see what it waits for",
                              static_cast<double>(call.limit.count()) / 1000));
  }
  if (outcome.status != 0) {
    // Its last words say what is wrong (not signed in, no network); what looks like a token is taken out.
    const auto lines = base::split(base::trim(outcome.err), '\n');
    const std::string last = lines.empty() ? "" : without_tokens(base::trim(lines.back()).substr(0, 300));
    return failed(fmt::format("exit status {}{}{}", outcome.status, last.empty() ? "" : ": ", last));
  }
  auto credential = parse_exec_credential(outcome.out, exec.api_version);
  if (!credential) return failed(credential.error().message);
  return credential;
}

}  // namespace bulwark::adapters
