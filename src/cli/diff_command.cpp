#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "cli/commands.h"
#include "cli/input_flags.h"
#include "cli/terminal.h"
#include "cli/workspace.h"
#include "document/json_writer.h"
#include "report/report.h"

namespace bulwark::cli {

namespace {

using finding::Finding;

// An object, whichever version of the API it was read in.
std::string name_of(const kube::Object& object) { return report::object_name(object); }

// The objects of one side by name, with what was decoded of them. What another object made comes and goes by
// itself.
std::map<std::string, std::string> objects_of(const Workspace& workspace) {
  std::map<std::string, std::string> objects;
  for (const kube::Object* object : workspace.scan.inventory.all()) {
    if (object->kind == kube::ResourceKind::snapshot) continue;
    if (workspace.scan.inventory.owner_of(*object) != nullptr) continue;
    objects[name_of(*object)] = kube::encode_object(*object);
  }
  return objects;
}

std::map<std::string, const Finding*> findings_of(const Workspace& workspace) {
  std::map<std::string, const Finding*> findings;
  for (const Finding* finding : workspace.scan.findings) {
    if (!finding->excepted && finding->verdict == finding::Verdict::broken) {
      findings.emplace(finding::fingerprint(*finding), finding);
    }
  }
  return findings;
}

struct Difference {
  std::vector<std::string> added, removed, changed;  // objects
  std::vector<const Finding*> appeared, gone;
};

template <class Map, class Visit>
void only_in_first(const Map& first, const Map& second, Visit&& visit) {
  for (const auto& [key, value] : first) {
    if (!second.contains(key)) visit(key, value);
  }
}

Difference compare(const Workspace& before, const Workspace& after) {
  Difference difference;
  const auto old_objects = objects_of(before), new_objects = objects_of(after);
  only_in_first(new_objects, old_objects,
                [&](const auto& name, const auto&) { difference.added.push_back(name); });
  only_in_first(old_objects, new_objects,
                [&](const auto& name, const auto&) { difference.removed.push_back(name); });
  for (const auto& [name, text] : new_objects) {
    const auto found = old_objects.find(name);
    if (found != old_objects.end() && found->second != text) difference.changed.push_back(name);
  }
  const auto old_findings = findings_of(before), new_findings = findings_of(after);
  only_in_first(new_findings, old_findings,
                [&](const auto&, const Finding* each) { difference.appeared.push_back(each); });
  only_in_first(old_findings, new_findings,
                [&](const auto&, const Finding* each) { difference.gone.push_back(each); });
  const auto worst_first = [](const Finding* a, const Finding* b) {
    if (a->severity != b->severity) return a->severity > b->severity;
    return std::pair(a->check->id, finding::fingerprint(*a)) < std::pair(b->check->id, finding::fingerprint(*b));
  };
  std::sort(difference.appeared.begin(), difference.appeared.end(), worst_first);
  std::sort(difference.gone.begin(), difference.gone.end(), worst_first);
  return difference;
}

std::string as_text(const Difference& difference) {
  std::string out = fmt::format("{} new, {} gone; objects: {} added, {} removed, {} changed\n",
                                difference.appeared.size(), difference.gone.size(), difference.added.size(),
                                difference.removed.size(), difference.changed.size());
  const auto findings = [&](char sign, const std::vector<const Finding*>& list) {
    for (const Finding* each : list) {
      out += fmt::format("{} {:<8}  {}  {}: {}\n", sign, finding::name(each->severity), each->check->id,
                         name_of(*each->object), each->message);
    }
  };
  const auto objects = [&](char sign, const std::vector<std::string>& list) {
    for (const std::string& name : list) out += fmt::format("{} {}\n", sign, name);
  };
  if (!difference.appeared.empty() || !difference.gone.empty()) out += "\nFINDINGS\n";
  findings('+', difference.appeared);
  findings('-', difference.gone);
  if (!difference.added.empty() || !difference.removed.empty() || !difference.changed.empty())
    out += "\nOBJECTS\n";
  objects('+', difference.added);
  objects('-', difference.removed);
  objects('~', difference.changed);
  return out;
}

std::string as_json(const Difference& difference) {
  std::string out;
  document::JsonWriter json(out);
  json.begin_object().member("schema", "bulwark.dev/diff/v1");
  const auto findings = [&](std::string_view key, const std::vector<const Finding*>& list) {
    json.key(key).begin_array();
    for (const Finding* each : list) {
      json.begin_object()
          .member("check", each->check->id)
          .member("severity", finding::name(each->severity))
          .member("object", std::string_view(name_of(*each->object)))
          .member("field", each->field)
          .member("message", each->message)
          .end_object();
    }
    json.end_array();
  };
  const auto objects = [&](std::string_view key, const std::vector<std::string>& list) {
    json.key(key).begin_array();
    for (const std::string& name : list) json.value(std::string_view(name));
    json.end_array();
  };
  findings("newFindings", difference.appeared);
  findings("goneFindings", difference.gone);
  objects("addedObjects", difference.added);
  objects("removedObjects", difference.removed);
  objects("changedObjects", difference.changed);
  json.end_object();
  return out + '\n';
}

base::Result<int> run(const Arguments& arguments) {
  if (arguments.positional().size() != 2) return base::fail("diff compares two files or folders");
  const auto fail_on = finding::parse_severity(arguments.value("fail-on", "high"));
  if (!fail_on) return base::fail("--fail-on: there are low, medium, high, critical");
  const std::string format = arguments.value("output", "text");
  if (format != "text" && format != "json") return base::fail("--output: there are text and json");
  const auto open = [&](std::size_t i) {
    Arguments one = arguments;
    one.set_positional({arguments.positional()[i]});
    return open_workspace(one);
  };
  const auto before = TRY(open(0)), after = TRY(open(1));
  for (const Workspace* workspace : {before.get(), after.get()}) {
    for (const base::Error& error : workspace->errors) fmt::print(stderr, "error: {}\n", error.text());
  }
  if (before->scan.inventory.all().empty() && after->scan.inventory.all().empty()) {
    return base::fail("there was no Kubernetes object to compare");
  }
  const Difference difference = compare(*before, *after);
  write_stdout(format == "json" ? as_json(difference) : as_text(difference));
  const bool worse = std::any_of(difference.appeared.begin(), difference.appeared.end(),
                                 [&](const Finding* each) { return each->severity >= *fail_on; });
  return worse ? exit_findings : exit_clean;
}

std::vector<Flag> flags() {
  std::vector<Flag> all{
      {"output", 'o', "FORMAT", "text (default), json"},
      {"fail-on", 0, "SEVERITY", "exit with 1 when something new is at least this bad (default: high)"},
  };
  for (const Flag& flag : input_flags()) all.push_back(flag);
  return all;
}

}  // namespace

const Command diff_command{
    .name = "diff",
    .positional = "BEFORE AFTER",
    .summary = "Say what changed in findings and objects between two snapshots, files or folders",
    .details =
        "Findings are the same when check, object and field are. An object has changed when something that\n"
        "the checks look at has.",
    .examples =
        "  bulwark diff monday.json.zst friday.json.zst\n"
        "  bulwark diff --fail-on medium -o json main/ branch/",
    .flags =
        [] {
          static const std::vector<Flag> all = flags();
          return std::span<const Flag>(all);
        }(),
    .run = run,
};

}  // namespace bulwark::cli
