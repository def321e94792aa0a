// What decoding makes of odd spellings. The oracle (tests/oracle/decoding.sh) compares it with Go's types in full.
#include "kube/decoder.h"

#include <gtest/gtest.h>

#include "document/reader.h"
#include "kube/object.h"

namespace bulwark::kube {
namespace {

// The spec as JSON, or the first problem.
class Decoded : public document::DocumentSink {
 public:
  explicit Decoded(const std::string& text) : text_(text) {
    const document::Source source("test.yaml", text_);
    document::read_yaml(source, {0, static_cast<std::uint32_t>(text_.size())}, arena_, {}, *this);
  }
  void on_document(const document::Node& root) override {
    Decoder decoder(arena_, text_);
    const Object* object = decode_object(root, {}, arena_, decoder);
    if (!decoder.problems().empty()) {
      answer = decoder.problems().front().message;
    } else if (object != nullptr) {
      answer = encode_object(*object);
      answer.erase(0, answer.find("\"spec\":"));
      answer.resize(answer.find(R"(,"status":{}})") != std::string::npos ? answer.rfind(",\"status\"")
                                                                         : answer.size() - 1);
    }
  }
  void on_problem(document::Problem problem) override { answer = problem.message; }

  std::string answer;

 private:
  std::string text_;
  base::Arena arena_;
};

struct Case {
  std::string name, kind, spec, answer;
};

class DecodesAsGo : public testing::TestWithParam<Case> {};

TEST_P(DecodesAsGo, Field) {
  const Case& each = GetParam();
  const Decoded decoded("{" + each.kind + ", metadata: {name: a}, spec: " + each.spec + "}");
  EXPECT_EQ(decoded.answer, each.answer);
}

const std::string pod = "apiVersion: v1, kind: Pod";
const std::string budget = "apiVersion: policy/v1, kind: PodDisruptionBudget";
const std::string policy = "apiVersion: networking.k8s.io/v1, kind: NetworkPolicy";
const std::string quota = "apiVersion: v1, kind: ResourceQuota";

INSTANTIATE_TEST_SUITE_P(
    Spellings, DecodesAsGo,
    testing::Values(
        Case{"exponent", pod, "{priority: 1e3}", R"("spec":{"priority":1000})"},
        Case{"large_float", pod, "{activeDeadlineSeconds: 1e18}",
             R"("spec":{"activeDeadlineSeconds":1000000000000000000})"},
        // Go writes the shortest digits that name the number, and zeros.
        Case{"shortest_digits", pod, "{activeDeadlineSeconds: 1234567890123456789.0}",
             R"("spec":{"activeDeadlineSeconds":1234567890123456800})"},
        Case{"too_large_float", pod, "{activeDeadlineSeconds: 1e19}",
             "spec.activeDeadlineSeconds: expected a whole number, found a number with a fraction or exponent"},
        Case{"negative_float", pod, "{priority: -2.0}", R"("spec":{"priority":-2})"},
        Case{"zero_float", pod, "{priority: -0.0}", R"("spec":{"priority":0})"},
        Case{"fraction", pod, "{priority: 1.5}",
             "spec.priority: expected a whole number, found a number with a fraction or exponent"},
        Case{"32_bits", pod, "{priority: -2147483648}", R"("spec":{"priority":-2147483648})"},
        Case{"beyond_32_bits", pod, "{priority: 2147483648}",
             "spec.priority: expected a whole number of 32 bits, found a number"},
        Case{"64_bits", pod, "{securityContext: {runAsUser: 2147483648}}",
             R"("spec":{"securityContext":{"runAsUser":2147483648}})"},
        Case{"int_or_string_exponent", budget, "{minAvailable: 1e1}", R"("spec":{"minAvailable":10})"},
        Case{"int_or_string_hexadecimal", budget, "{minAvailable: 0x10}", R"("spec":{"minAvailable":16})"},
        Case{"int_or_string_digits", budget, "{minAvailable: '010'}", R"("spec":{"minAvailable":"010"})"},
        Case{"int_or_string_beyond_32_bits", budget, "{minAvailable: 3000000000}",
             "spec.minAvailable: expected a whole number of 32 bits or a string, found a number"},
        Case{"int_or_string_boolean", budget, "{minAvailable: yes}",
             "spec.minAvailable: expected a whole number or a string, found a boolean"},
        Case{"label_null", pod, "{nodeSelector: {a: null}}", R"("spec":{"nodeSelector":{"a":""}})"},
        Case{"label_number", pod, "{nodeSelector: {a: 1}}",
             "spec.nodeSelector.a: expected a string, found a number"},
        Case{"label_boolean", pod, "{nodeSelector: {a: yes}}",
             "spec.nodeSelector.a: expected a string, found a boolean"},
        Case{"quantities", quota, "{hard: {cpu: 1, memory: 1Gi, pods: 1e1}}",
             R"("spec":{"hard":{"cpu":"1","memory":"1Gi","pods":"10"}})"},
        Case{"quantity_hexadecimal", quota, "{hard: {cpu: 0x10, memory: 0.0000001}}",
             R"("spec":{"hard":{"cpu":"16","memory":"1e-7"}})"},
        Case{"quantity_null", quota, "{hard: {cpu: null}}", R"("spec":{"hard":{"cpu":"0"}})"},
        Case{"quantity_boolean", quota, "{hard: {cpu: true}}",
             "spec.hard.cpu: expected a number or a string, found a boolean"},
        Case{"overhead", pod, "{overhead: {cpu: 1}, schedulingGates: [{name: a}], preemptionPolicy: Never}",
             R"("spec":{"overhead":{"cpu":"1"},"preemptionPolicy":"Never","schedulingGates":[{"name":"a"}]})"},
        Case{"node_affinity", pod,
             "{affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: "
             "[{matchExpressions: [{key: a, operator: Gt, values: ['5']}], matchFields: [{key: metadata.name, "
             "operator: In, values: [n1]}]}]}}}}",
             R"("spec":{"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":)"
             R"({"nodeSelectorTerms":[{"matchExpressions":[{"key":"a","operator":"Gt","values":["5"]}],)"
             R"("matchFields":[{"key":"metadata.name","operator":"In","values":["n1"]}]}]}}}})"},
        Case{
            "node_requirement", pod,
            "{affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: "
            "{matchFields: [{name: a}]}}]}}}",
            "NodeSelectorRequirement has no field \"name\""},
        Case{"volume_source", "apiVersion: v1, kind: PersistentVolume",
             "{csi: {driver: d, volumeHandle: h}, claimRef: {namespace: n1, name: c}, storageClassName: ''}",
             R"("spec":{"claimRef":{"name":"c","namespace":"n1"},"csi":{"driver":"d"},"storageClassName":""})"},
        Case{"csi_node", "apiVersion: storage.k8s.io/v1, kind: CSINode",
             "{drivers: [{name: d, nodeID: n, topologyKeys: [], allocatable: {count: 16}}]}",
             R"("spec":{"drivers":[{"allocatable":{"count":16},"name":"d"}]})"},
        Case{"rule_of_the_other_direction", policy, "{ingress: [{to: []}]}",
             "NetworkPolicyIngressRule has no field \"to\""},
        Case{"rules", policy, "{ingress: [{from: [{podSelector: {}}]}], egress: [{ports: [{port: http}]}]}",
             R"("spec":{"egress":[{"ports":[{"port":"http"}]}],"ingress":[{"from":[{"podSelector":{}}]}],)"
             R"("podSelector":{}})"}),
    [](const auto& each) { return each.param.name; });

TEST(Decoding, OperatorsOfNodeSelectors) {
  EXPECT_EQ(selector_operator("Gt"), SelectorOperator::greater_than);
  EXPECT_EQ(selector_operator("Lt"), SelectorOperator::less_than);
}

}  // namespace
}  // namespace bulwark::kube
