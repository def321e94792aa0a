#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "posture/scan.h"

namespace bulwark::posture {

// A finding within one object: the check and the field.
using FindingKey = std::pair<std::string, std::string>;
FindingKey key_of(const finding::Finding& finding);

using KeyedEdits = std::vector<std::pair<FindingKey, Edits>>;

// The text of one object, made to stand alone: padded to its column, so that the lines of a block keep their
// places.
struct Slice {
  std::uint32_t begin = 0;  // bytes of the source that it replaces
  std::uint32_t end = 0;
  std::uint32_t padding = 0;
  bool json = false;
  std::string text;

  std::string replacement() const { return text.substr(padding); }
};
Slice slice_of(const kube::Object& object, const document::Source& source);

// What became of the findings of one object.
struct Mended {
  std::map<FindingKey, std::string> refused;               // and why
  std::map<FindingKey, std::vector<std::string>> changed;  // the fields that edits changed

  void refuse(const FindingKey& key, std::string why) {
    changed.erase(key);
    refused[key] = std::move(why);
  }
};

// Mends one object, one finding after the other, each proved by judging the object alone.
class ObjectFixer {
 public:
  // `wanted`: which findings may be mended.
  ObjectFixer(Slice slice, std::set<FindingKey> wanted, const Selection& selection,
              const document::Limits& limits);

  // Refuses all.
  void refuse(std::string_view why);
  // What the checks that look at this object alone can mend.
  void mend();
  // Makes edits that rest on other objects, too.
  void make(const KeyedEdits& edits);

  bool is_changed() const { return slice_.text != original_; }
  // The object as it is now; nullptr when its text cannot be read on its own.
  const kube::Object* object() const { return now_->readable ? now_->part.objects.front() : nullptr; }
  const Slice& slice() const { return slice_; }
  const Mended& mended() const { return mended_; }
  bool wants(const FindingKey& key) const { return wanted_.contains(key) && !mended_.refused.contains(key); }

  bool is_marked_off() const { return slice_.text != mark_.text; }
  // To go back when the whole turned out worse: what was changed since the mark is undone, and refused.
  void mark();
  void undo(std::string_view why);

 private:
  struct Judged {
    std::string text;  // for edits' paths and objects point into it
    std::multiset<FindingKey> keys;
    KeyedEdits fixable;
    Part part;
    bool readable = false;
  };
  struct State {
    std::string text;
    std::shared_ptr<const Judged> judged;
    std::map<FindingKey, std::vector<std::string>> changed;
  };

  std::shared_ptr<const Judged> judge(std::string_view text) const;
  bool mend_one();
  bool attempt(const FindingKey* gone, const Edits& edits, FindingKey key);

  Slice slice_;
  std::string original_;
  std::set<FindingKey> wanted_;
  const Selection& selection_;
  const document::Limits& limits_;
  std::shared_ptr<const Judged> now_;
  State mark_;
  Mended mended_;
  bool is_news_ = false;  // something was changed since the refusals were last forgotten
};

}  // namespace bulwark::posture
