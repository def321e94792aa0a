#pragma once

#include <memory>
#include <vector>

#include "base/http_message.h"
#include "serve/answers.h"
#include "serve/tables.h"
#include "twin/store.h"

namespace bulwark::serve {

struct WatchWish {
  const twin::ApiKind* kind = nullptr;
  twin::Selection selection;
  std::uint64_t from = 0;
  bool existing = false;  // what is there is told first, as added
  bool bookmarks = false;
  bool initial_events_end = false;  // a bookmark tells when all that is there has been told
  Form form = Form::plain;
  Include include = Include::metadata;
};

// Lines of metav1.WatchEvent for as long as the store lives.
std::unique_ptr<base::HttpStream> watch_stream(const twin::Store& store, WatchWish wish);

}  // namespace bulwark::serve
