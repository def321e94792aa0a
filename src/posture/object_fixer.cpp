#include "posture/object_fixer.h"

#include <span>

namespace bulwark::posture {

FindingKey key_of(const finding::Finding& finding) {
  return {std::string(finding.check->id), std::string(finding.field)};
}

Slice slice_of(const kube::Object& object, const document::Source& source) {
  Slice slice;
  const std::string_view text = source.text();
  slice.begin = object.origin.at;
  slice.end = object.origin.end;
  slice.json = object.origin.json;
  std::uint32_t column = 0;
  while (column < slice.begin && text[slice.begin - 1 - column] != '\n') ++column;
  // A flow collection (and JSON) may begin anywhere; only a block needs its column.
  const bool block = text[slice.begin] != '{';
  slice.padding = block ? column : 0;
  slice.text = std::string(slice.padding, ' ') + std::string(text.substr(slice.begin, slice.end - slice.begin));
  return slice;
}

namespace {

base::Result<std::string> edited(std::string_view text, const Edits& edits, const document::Limits& limits) {
  std::string now(text);
  for (const document::Edit& edit : edits) now = TRY(document::apply_edit(now, edit, limits));
  return now;
}

// The field that an edit changes; items of a list have no name that lasts, so it is the list when one comes or
// goes.
std::string changed_field(const document::Edit& edit) {
  if (edit.kind != document::Edit::Kind::remove || !edit.path.steps().back().is_index()) return edit.path.text();
  FieldPath list;
  for (const document::Step& step : std::span(edit.path.steps()).first(edit.path.steps().size() - 1)) {
    list = step.is_index() ? std::move(list) / step.index : std::move(list) / step.key;
  }
  return list.text();
}

}  // namespace

ObjectFixer::ObjectFixer(Slice slice, std::set<FindingKey> wanted, const Selection& selection,
                         const document::Limits& limits)
    : slice_(std::move(slice)),
      original_(slice_.text),
      wanted_(std::move(wanted)),
      selection_(selection),
      limits_(limits),
      now_(judge(slice_.text)) {
  if (!now_->readable) refuse("its text cannot be read on its own (it shares nodes with its neighbours)");
  mark();
}

std::shared_ptr<const ObjectFixer::Judged> ObjectFixer::judge(std::string_view text) const {
  constexpr std::size_t padding = 64;  // zero bytes that the JSON reader may look at
  auto result = std::make_shared<Judged>();
  Judged& judged = *result;
  judged.text = std::string(text) + std::string(padding, '\0');
  const document::Source source("", std::string_view(judged.text).substr(0, text.size()));
  Scanner scanner(selection_, limits_);
  std::vector<Edits> edits;
  scanner.collect_edits(edits);
  const auto size = static_cast<std::uint32_t>(text.size());
  if (slice_.json) {
    scanner.scan_json(source, 0, {0, size}, padding);
  } else {
    scanner.scan_yaml(source, 0, {0, size});
  }
  judged.part = scanner.take();
  judged.readable = judged.part.objects.size() == 1 && judged.part.errors.empty();
  const auto& findings = judged.part.findings.findings();
  for (std::size_t i = 0; i < findings.size(); ++i) {
    judged.keys.insert(key_of(findings[i]));
    if (!edits[i].empty()) judged.fixable.emplace_back(key_of(findings[i]), std::move(edits[i]));
  }
  return result;
}

void ObjectFixer::refuse(std::string_view why) {
  for (const FindingKey& key : wanted_) mended_.refuse(key, std::string(why));
}

void ObjectFixer::mend() {
  while (mend_one()) {
  }
  for (const FindingKey& key : wanted_) {
    if (now_->keys.contains(key) && !mended_.changed.contains(key) && !mended_.refused.contains(key))
      mended_.refuse(key, "after the other fixes there is no safe one for it");
  }
}

// Mends one finding that can be mended; false when there is none. What was refused is tried again once something
// else has changed: the anchor of a value, for one, can go when its last alias has gone.
bool ObjectFixer::mend_one() {
  for (const auto& [key, edits] : now_->fixable) {
    if (!wants(key) || !attempt(&key, edits, key)) continue;
    is_news_ = true;
    return true;  // paths of the other edits belong to the text before
  }
  if (!is_news_ || mended_.refused.empty()) return false;
  is_news_ = false;
  mended_.refused.clear();
  return mend_one();
}

void ObjectFixer::make(const KeyedEdits& edits) {
  for (const auto& [key, each] : edits) attempt(nullptr, each, key);
}

// Makes the edits if the text is then as good as before, but for the finding that is gone.
bool ObjectFixer::attempt(const FindingKey* gone, const Edits& edits, FindingKey key) {
  const auto refuse_it = [&](std::string why) {
    mended_.refuse(key, std::move(why));
    return false;
  };
  auto text = edited(slice_.text, edits, limits_);
  if (!text) return refuse_it(text.error().message);
  if (*text == slice_.text) return refuse_it("the edit would change nothing");
  auto after = judge(*text);
  if (!after->readable) return refuse_it("the edited text could not be read again");
  if (gone != nullptr && after->keys.count(*gone) >= now_->keys.count(*gone))
    return refuse_it("the edit would not make the finding go away");
  for (const FindingKey& each : after->keys) {
    if (after->keys.count(each) > now_->keys.count(each)) return refuse_it("the edit would bring another finding");
  }
  for (const document::Edit& edit : edits) mended_.changed[key].push_back(changed_field(edit));
  slice_.text = std::move(*text);
  now_ = std::move(after);
  return true;
}

void ObjectFixer::mark() { mark_ = {slice_.text, now_, mended_.changed}; }

void ObjectFixer::undo(std::string_view why) {
  slice_.text = mark_.text;
  now_ = mark_.judged;
  for (const auto& [key, fields] : std::exchange(mended_.changed, mark_.changed)) {
    if (!mended_.changed.contains(key)) mended_.refused[key] = why;
  }
}

}  // namespace bulwark::posture
