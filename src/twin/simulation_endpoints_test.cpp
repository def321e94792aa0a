#include "twin/simulation_endpoints.h"

#include <gtest/gtest.h>

namespace bulwark::twin {
namespace {

using document::Json;

Json json(std::string_view text) { return Json::parse(text).value(); }

Json service(std::string_view spec) {
  return json(R"({"metadata":{"name":"web","namespace":"shop","uid":"u","labels":{"a":"b"}},"spec":{)" +
              std::string(spec) + "}}");
}

EndpointPod pod(std::string_view name, std::string_view address, bool is_ready = true) {
  EndpointPod made;
  made.name_space = "shop";
  made.name = made.uid = name;
  made.node = "n1";
  made.zone = "z1";
  made.addresses = {std::string(address)};
  made.ports = {{"http", "TCP", 8080}, {"dns", "UDP", 53}};
  made.is_ready = is_ready;
  return made;
}

// "ready addresses | addresses that are not | ports" of each subset.
std::string shown(const Json& endpoints) {
  std::string text;
  const auto list = [&](const Json& subset, std::string_view key, std::initializer_list<std::string_view> parts) {
    const Json* items = subset.find(key);
    if (items == nullptr) return;
    for (const auto& [unused, item] : items->members()) {
      if (text.back() != ' ') text += ',';
      for (const std::string_view part : parts) {
        const Json* value = item.find(part);
        text += value == nullptr ? "" : std::string(part == *parts.begin() ? "" : ":") + value->text();
      }
    }
  };
  const Json* subsets = endpoints.find("subsets");
  if (subsets == nullptr) return "none";
  for (const auto& [key, subset] : subsets->members()) {
    text += "[ ";
    list(subset, "addresses", {"ip", "hostname"});
    text += " | ";
    list(subset, "notReadyAddresses", {"ip"});
    text += " | ";
    list(subset, "ports", {"name", "port", "protocol"});
    text += " ]";
  }
  return text;
}

// "addresses with r(eady) s(erving) t(erminating) | ports" of each slice.
std::string shown(const std::vector<Json>& slices) {
  std::string text;
  for (const Json& slice : slices) {
    text += std::string(slice.text_at({"addressType"})) + "[ ";
    for (const auto& [key, endpoint] : slice.find("endpoints")->members()) {
      if (text.back() != ' ') text += ',';
      text += endpoint.find("addresses")->members()[0].value.text();
      text += '=';
      for (const std::string_view each : {"ready", "serving", "terminating"}) {
        if (endpoint.at({"conditions", each})->is_true()) text += each[0];
      }
    }
    text += " | ";
    for (const auto& [key, port] : slice.find("ports")->members()) {
      if (text.back() != ' ') text += ',';
      text += std::string(port.text_at({"name"})) + ':' + port.find("port")->text();
    }
    text += " ]";
  }
  return text;
}

TEST(Endpoints, AreThoseOfTheControllers) {
  EndpointPod going = pod("c", "10.0.0.3");
  going.is_going = true;
  EndpointPod ended = pod("d", "10.0.0.4");
  ended.has_ended = true;
  EndpointPod without = pod("e", "");
  without.addresses.clear();
  EndpointPod other = pod("f", "10.0.0.6");
  other.ports = {{"http", "TCP", 9090}};
  EndpointPod named = pod("g", "10.0.0.7");
  named.host_name = "g";
  named.subdomain = "web";
  EndpointPod dual = pod("h", "10.0.0.8");
  dual.addresses.emplace_back("fd00::8");
  const EndpointPod a = pod("a", "10.0.0.1"), b = pod("b", "10.0.0.2", false);
  const std::string of_all = R"("selector":{"app":"web"},"clusterIP":"10.96.0.1",)";
  struct Case {
    const char* what;
    std::string spec;
    std::vector<EndpointPod> pods;
    const char* endpoints;
    const char* slices;
  };
  const Case cases[] = {
      {"a number",
       of_all + R"("ports":[{"port":80,"targetPort":8080,"protocol":"TCP"}])",
       {a, b},
       "[ 10.0.0.1 | 10.0.0.2 | :8080:TCP ]",
       "IPv4[ 10.0.0.1=rs,10.0.0.2= | :8080 ]"},
      {"no target is the port itself",
       of_all + R"("ports":[{"port":80}])",
       {a},
       "[ 10.0.0.1 |  | :80:TCP ]",
       "IPv4[ 10.0.0.1=rs | :80 ]"},
      {"a name",
       of_all + R"("ports":[{"name":"w","port":80,"targetPort":"http"}])",
       {a, other},
       "[ 10.0.0.1 |  | w:8080:TCP ][ 10.0.0.6 |  | w:9090:TCP ]",
       "IPv4[ 10.0.0.1=rs | w:8080 ]IPv4[ 10.0.0.6=rs | w:9090 ]"},
      {"a name that one pod has not",
       of_all + R"("ports":[{"name":"w","port":80},{"name":"d","port":53,"targetPort":"dns","protocol":"UDP"}])",
       {a, other},
       "[ 10.0.0.1,10.0.0.6 |  | w:80:TCP ][ 10.0.0.1 |  | d:53:UDP ]",
       "IPv4[ 10.0.0.1=rs | w:80,d:53 ]IPv4[ 10.0.0.6=rs | w:80 ]"},
      {"the protocol counts",
       of_all + R"("ports":[{"port":80,"targetPort":"dns"}])",
       {a},
       "none",
       "IPv4[ 10.0.0.1=rs |  ]"},
      {"two ports share a subset",
       of_all + R"("ports":[{"name":"x","port":1},{"name":"y","port":2}])",
       {a, b},
       "[ 10.0.0.1 | 10.0.0.2 | x:1:TCP,y:2:TCP ]",
       "IPv4[ 10.0.0.1=rs,10.0.0.2= | x:1,y:2 ]"},
      {"what goes, has ended or has no address",
       of_all + R"("ports":[{"port":80}])",
       {going, ended, without},
       "none",
       "IPv4[ 10.0.0.3=st | :80 ]"},
      {"publishNotReadyAddresses",
       of_all + R"("publishNotReadyAddresses":true,"ports":[{"port":80}])",
       {b, going},
       "[ 10.0.0.2,10.0.0.3 |  | :80:TCP ]",
       "IPv4[ 10.0.0.2=r,10.0.0.3=rst | :80 ]"},
      {"headless without ports",
       R"("selector":{"app":"web"},"clusterIP":"None")",
       {a},
       "[ 10.0.0.1 |  |  ]",
       "IPv4[ 10.0.0.1=rs |  ]"},
      {"a name in the DNS",
       of_all + R"("ports":[{"port":80}])",
       {named},
       "[ 10.0.0.7:g |  | :80:TCP ]",
       "IPv4[ 10.0.0.7=rs | :80 ]"},
      {"two families",
       of_all + R"("ipFamilies":["IPv6","IPv4"],"ports":[{"port":80}])",
       {dual},
       "[ fd00::8 |  | :80:TCP ]",
       "IPv6[ fd00::8=rs | :80 ]IPv4[ 10.0.0.8=rs | :80 ]"},
      {"no pods", of_all + R"("ports":[{"port":80}])", {}, "none", "IPv4[  |  ]"},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(shown(endpoints_of(service(each.spec), each.pods, Json(), 34)), each.endpoints) << each.what;
    EXPECT_EQ(shown(endpoint_slices_of(service(each.spec), each.pods, {})), each.slices) << each.what;
  }
}

TEST(Endpoints, OfNoSelectorAreNobodys) {
  EXPECT_FALSE(has_endpoints(service(R"("ports":[{"port":80}])")));
  EXPECT_FALSE(has_endpoints(service(R"("selector":{})")));
  EXPECT_FALSE(has_endpoints(service(R"("selector":{"a":"b"},"type":"ExternalName")")));
  EXPECT_TRUE(has_endpoints(service(R"("selector":{"a":"b"})")));
}

TEST(Endpoints, CarryLabels) {
  const Json plain = service(R"("selector":{"a":"b"},"clusterIP":"10.96.0.1")");
  const Json headless = service(R"("selector":{"a":"b"},"clusterIP":"None")");
  EXPECT_EQ(endpoints_of(plain, {}, Json(), 32).at({"metadata", "labels"})->write(), R"({"a":"b"})");
  EXPECT_EQ(
      endpoints_of(headless, {}, Json(), 33).at({"metadata", "labels"})->write(),
      R"({"a":"b","service.kubernetes.io/headless":"","endpoints.kubernetes.io/managed-by":"endpoint-controller"})");
  EXPECT_EQ(endpoint_slices_of(headless, {}, {}).at(0).at({"metadata", "labels"})->write(),
            R"({"a":"b","service.kubernetes.io/headless":"","endpointslice.kubernetes.io/managed-by":)"
            R"("endpointslice-controller.k8s.io","kubernetes.io/service-name":"web"})");
}

TEST(Endpoints, AreCutAtAThousand) {
  std::vector<EndpointPod> pods;
  for (int i = 0; i < 1'010; ++i) pods.push_back(pod(std::to_string(10'000 + i), "10.0.0.1", i >= 20));
  const Json of = service(R"("selector":{"a":"b"},"clusterIP":"None","ports":[{"port":80}])");
  const Json endpoints = endpoints_of(of, pods, Json(), 34);
  const Json& subset = endpoints.find("subsets")->members()[0].value;
  EXPECT_EQ(subset.find("addresses")->size(), 990U);
  EXPECT_EQ(subset.find("notReadyAddresses")->size(), 10U);
  EXPECT_EQ(endpoints.text_at({"metadata", "annotations", "endpoints.kubernetes.io/over-capacity"}), "truncated");
  pods.resize(3);
  EXPECT_EQ(endpoints_of(of, pods, endpoints, 34).at({"metadata", "annotations"}), nullptr);
}

TEST(EndpointSlices, KeepWhatIsInThem) {
  const Json of = service(R"("selector":{"a":"b"},"clusterIP":"None","ports":[{"port":80}])");
  std::vector<EndpointPod> pods;
  for (int i = 0; i < 150; ++i) pods.push_back(pod("p" + std::to_string(i), "10.0.0.1"));
  std::vector<Json> first = endpoint_slices_of(of, pods, {});
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[0].find("endpoints")->size(), 100U);
  EXPECT_EQ(first[0].text_at({"metadata", "generateName"}), "web-");
  first[0]["metadata"].set("name", Json::string("web-1"));
  first[1]["metadata"].set("name", Json::string("web-2"));
  pods.erase(pods.begin(), pods.begin() + 30);
  pods.push_back(pod("new", "10.0.0.1"));
  std::vector<Json> second = endpoint_slices_of(of, pods, first);
  ASSERT_EQ(second.size(), 2U);
  EXPECT_EQ(second[0].find("endpoints")->size(), 71U);
  EXPECT_EQ(second[1].find("endpoints")->size(), 50U);
  EXPECT_EQ(second[1], first[1]);
  const std::vector<Json> none = endpoint_slices_of(of, {}, second);
  ASSERT_EQ(none.size(), 1U);
  EXPECT_EQ(none[0].text_at({"metadata", "name"}), "web-1");
  EXPECT_TRUE(none[0].find("endpoints")->empty());
}

TEST(EndpointPods, AreReadFromPods) {
  const EndpointPod read = endpoint_pod(
      json(R"({"metadata":{"name":"p","namespace":"n","uid":"u","deletionTimestamp":"2026-01-01T00:00:00Z"},
               "spec":{"nodeName":"n1","hostname":"h","subdomain":"s",
                       "initContainers":[{"name":"i","ports":[{"containerPort":1}]},
                                         {"name":"s","restartPolicy":"Always","ports":[{"name":"side","containerPort":2}]}],
                       "containers":[{"name":"c","ports":[{"name":"http","containerPort":80,"protocol":"TCP"}]}]},
               "status":{"phase":"Failed","podIP":"10.0.0.1","podIPs":[{"ip":"10.0.0.1"},{"ip":"fd00::1"}],
                         "conditions":[{"type":"Ready","status":"True"}]}})"),
      "z");
  EXPECT_TRUE(read.is_going && read.has_ended && read.is_ready);
  EXPECT_EQ(read.addresses, (std::vector<std::string>{"10.0.0.1", "fd00::1"}));
  ASSERT_EQ(read.ports.size(), 2U);
  EXPECT_EQ(read.ports[0].name, "http");
  EXPECT_EQ(read.ports[1].number, 2);
  EXPECT_EQ(read.zone + read.node + read.host_name + read.subdomain, "zn1hs");
}

}  // namespace
}  // namespace bulwark::twin
