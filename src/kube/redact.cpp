#include "kube/redact.h"

#include <algorithm>
#include <array>

#include "document/json_writer.h"

namespace bulwark::kube {

namespace {

using document::Kind;
using document::Member;
using document::Node;

constexpr std::string_view last_applied = "kubectl.kubernetes.io/last-applied-configuration";

// Annotations whose values the checks and reports read, by the end of their domain.
constexpr std::array own_domains{std::string_view("kubernetes.io"), std::string_view("k8s.io"),
                                 std::string_view("azure.com"),     std::string_view("bulwark.dev"),
                                 std::string_view("helm.sh"),       std::string_view("argoproj.io"),
                                 std::string_view("fluxcd.io")};

bool is_own_annotation(std::string_view key) {
  const std::string_view domain = key.substr(0, key.find('/'));
  return std::any_of(own_domains.begin(), own_domains.end(), [&](std::string_view own) {
    return domain.ends_with(own) && (domain.size() == own.size() || domain[domain.size() - own.size() - 1] == '.');
  });
}

class Redactor {
 public:
  Redactor(std::string& out, Redaction redaction) : out_(out), redaction_(redaction) {}

  void object(const Node& root) {
    const Node* kind = root.find("kind");
    const bool secret = kind != nullptr && kind->text() == "Secret";
    const bool config_map = kind != nullptr && kind->text() == "ConfigMap";
    of_volume_ = kind != nullptr && kind->text() == "PersistentVolume";
    map(root, [&](const Member& member) {
      const std::string_view key = member.key.text();
      const bool data = key == "data" || key == "stringData" || key == "binaryData";
      if (key == "metadata") {
        metadata(member.value);
      } else if (data && (secret || (config_map && redaction_ != Redaction::none))) {
        if (member.value.is_mapping()) {
          map(member.value, [&](const Member&) { empty(); });
        } else {
          empty();
        }
      } else {
        value(key, member.value);
      }
    });
  }

 private:
  // The members for which `write` has something to say; it is called behind the key. `left_out` tells beforehand.
  template <class Write>
  void map(const Node& node, Write&& write, bool (*left_out)(const Redactor&, const Member&) = nullptr) {
    if (!node.is_mapping()) {
      value({}, node);
      return;
    }
    out_ += '{';
    bool first = true;
    for (const Member& member : node.members()) {
      // Of equal keys the last counts.
      if (node.has_duplicates() && node.find(member.key.text()) != &member.value) continue;
      if (left_out != nullptr && left_out(*this, member)) continue;
      if (!first) out_ += ',';
      first = false;
      document::append_json_string(out_, member.key.text());
      out_ += ':';
      write(member);
    }
    out_ += '}';
  }

  void empty() { out_ += "\"\""; }

  void metadata(const Node& node) {
    map(
        node,
        [&](const Member& member) {
          if (member.key.text() == "annotations") {
            annotations(member.value);
          } else {
            value(member.key.text(), member.value);
          }
        },
        [](const Redactor&, const Member& member) { return member.key.text() == "managedFields"; });
  }

  void annotations(const Node& node) {
    map(
        node,
        [&](const Member& member) {
          if (redaction_ == Redaction::strict && !is_own_annotation(member.key.text())) {
            empty();
          } else {
            value({}, member.value);
          }
        },
        [](const Redactor& self, const Member& member) {
          return self.redaction_ != Redaction::none && member.key.text() == last_applied;
        });
  }

  void value(std::string_view key, const Node& node) {
    switch (node.kind()) {
      case Kind::mapping:
        if (key == "metadata") {
          metadata(node);  // of a template
        } else if (is_for_driver(key) && redaction_ != Redaction::none) {
          map(node, [&](const Member&) { empty(); });
        } else {
          map(
              node, [&](const Member& member) { value(member.key.text(), member.value); },
              [](const Redactor& self, const Member& member) {
                return is_address(self, member) || is_secret_of_volume(self, member);
              });
        }
        break;
      case Kind::sequence: {
        out_ += '[';
        bool first = true;
        for (const Node& item : node.items()) {
          if (!first) out_ += ',';
          first = false;
          if ((key == "env" || key == "httpHeaders") && redaction_ != Redaction::none) {
            variable(item);
          } else if ((key == "command" || key == "args") && redaction_ == Redaction::strict) {
            empty();
          } else {
            value({}, item);
          }
        }
        out_ += ']';
        break;
      }
      case Kind::string:
        document::append_json_string(out_, node.text());
        break;
      case Kind::null:
        out_ += "null";
        break;
      default:
        out_ += node.text();
    }
  }

  // A variable, or a header that a probe sends.
  void variable(const Node& node) {
    map(node, [&](const Member& member) {
      if (member.key.text() == "value") {
        empty();
      } else {
        value(member.key.text(), member.value);
      }
    });
  }

  // What is handed to a storage driver as it stands, and may hold a key: of a CSI volume, a StorageClass, a
  // flexVolume.
  static bool is_for_driver(std::string_view key) {
    return key == "volumeAttributes" || key == "parameters" || key == "options";
  }

  // Where a PersistentVolume's driver finds its key (nodeStageSecretRef, azureFile.secretName, ...).
  static bool is_secret_of_volume(const Redactor& self, const Member& member) {
    if (!self.of_volume_ || self.redaction_ == Redaction::none) return false;
    const std::string_view key = member.key.text();
    return key == "secretRef" || key.ends_with("SecretRef") || key == "secretName" || key == "secretNamespace";
  }

  static bool is_address(const Redactor& self, const Member& member) {
    if (self.redaction_ != Redaction::strict) return false;
    // The port of a pod that other machines do not reach, or that all reach, tells no address.
    const std::string_view address = member.value.text();
    if (member.key.text() == "hostIP" &&
        (address.starts_with("127.") || address == "::1" || address == "0.0.0.0" || address == "::"))
      return false;
    constexpr std::array keys{std::string_view("podIP"),        std::string_view("podIPs"),
                              std::string_view("hostIP"),       std::string_view("hostIPs"),
                              std::string_view("addresses"),    std::string_view("clusterIP"),
                              std::string_view("clusterIPs"),   std::string_view("externalIPs"),
                              std::string_view("loadBalancer"), std::string_view("loadBalancerIP")};
    return std::find(keys.begin(), keys.end(), member.key.text()) != keys.end();
  }

  std::string& out_;
  Redaction redaction_;
  bool of_volume_ = false;
};

}  // namespace

std::optional<Redaction> parse_redaction(std::string_view text) {
  for (const Redaction each : {Redaction::none, Redaction::standard, Redaction::strict}) {
    if (name(each) == text) return each;
  }
  return std::nullopt;
}

std::string_view name(Redaction redaction) {
  return redaction == Redaction::none ? "none" : redaction == Redaction::strict ? "strict" : "default";
}

void append_redacted(std::string& out, const document::Node& object, Redaction redaction) {
  Redactor(out, redaction).object(object);
}

}  // namespace bulwark::kube
