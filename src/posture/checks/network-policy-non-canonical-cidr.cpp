// KEP-4858, StrictIPCIDRValidation: warnings from 1.33, refused by default from 1.36 for what is not in a
// cluster yet. Azure NPM takes no /0 but 0.0.0.0/0 and drops the policy without a word (npm/util, IsIPV4).
#include <fmt/format.h>

#include "posture/check.h"
#include "posture/network_policy.h"

namespace bulwark::posture {

namespace {

void run(const kube::Object& object, Reporter& report) {
  const bool strict = report.version() >= kube::MinorVersion{1, 36};
  for_each_block(kube::as<kube::NetworkPolicy>(object)->spec,
                 [&](const kube::IpBlock& block, const FieldPath& path, bool) {
                   const auto judge = [&](std::string_view text, const FieldPath& at) {
                     const auto cidr = base::IpPrefix::parse(text, base::IpReading::lenient);
                     if (!cidr || base::cidr_spelling(text, *cidr).is_canonical()) return;
                     const std::string canonical = cidr->canonical().text();
                     const bool sloppy = is_sloppy(text);
                     const bool refused = strict && sloppy && object.metadata.uid.empty();
                     const bool dropped = sloppy && cidr->length() == 0 && cidr->address().is_v4();
                     std::string message = fmt::format("\"{}\" is another spelling of \"{}\"", text, canonical);
                     if (refused) {
                       message += ", which Kubernetes refuses from 1.36";
                     } else if (dropped) {
                       message += "; Azure NPM ignores the policy for it";
                     }
                     report.broken(at, message)
                         .severity(refused || dropped ? finding::Severity::high
                                   : sloppy           ? finding::Severity::medium
                                                      : finding::Severity::low)
                         .fix([&] { return Edits{set(at, document::Literal::string(canonical))}; });
                   };
                   judge(block.cidr, path / "cidr");
                   for (std::size_t e = 0; e < block.except.size(); ++e)
                     judge(block.except[e], path / "except" / e);
                 });
}

}  // namespace

extern const Check network_policy_non_canonical_cidr;
const Check network_policy_non_canonical_cidr{
    .about =
        {.id = "network-policy-non-canonical-cidr",
         .aliases = {},
         .chapter = finding::Chapter::instance_metadata,
         .severity = finding::Severity::medium,
         .title = "Address blocks of policies are written with their first address",
         .effect = "Kubernetes 1.36 refuses such a block in new policies; Azure NPM has dropped policies with "
                   "such a /0 without a word.",
         .remedy = "Write the block with its first address: 0.0.0.0/0, 10.10.0.0/16.",
         .sources =
             {{"KEP-4858: IP and CIDR validation",
               "https://github.com/kubernetes/enhancements/tree/master/keps/sig-network/4858-ip-cidr-validation"},
              {"Kubernetes: network policies",
               "https://kubernetes.io/docs/concepts/services-networking/network-policies/"}},
         .mappings = {{finding::Framework::guide, "Restrict access to Instance Metadata API"}}},
    .rule = ObjectRule{{kube::ResourceKind::network_policy}, run},
};

}  // namespace bulwark::posture
