#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "twin/model.h"

namespace bulwark::twin {

// The schedule of a CronJob as robfig/cron/v3 reads it (ParseStandard): five fields with lists, ranges, steps and
// names, or @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually. Error: not one of these; "@every"
// and "TZ=" are none of the twin's.
base::Result<CronSchedule> parse_cron(std::string_view text);

// The first minute after `after`, in UTC, that the schedule names; nullopt: none within five years.
std::optional<Time> next_time(const CronSchedule& schedule, Time after);

}  // namespace bulwark::twin
