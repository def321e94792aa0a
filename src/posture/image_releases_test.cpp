#include "posture/image_releases.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>

namespace bulwark::posture {
namespace {

TEST(ImageReleases, ByNameAndTag) {
  struct Case {
    const char* image;
    const char* of;  // product, version and end; empty: none
  };
  for (const Case& c : {
           Case{"node:18", "Node.js 18 2025-04-30"},
           Case{"node:18.20.4-alpine", "Node.js 18 2025-04-30"},
           Case{"docker.io/library/node:16-slim", "Node.js 16 2023-09-11"},
           Case{"public.ecr.aws/docker/library/node:16", "Node.js 16 2023-09-11"},
           Case{"shop.azurecr.io/library/node:16", "Node.js 16 2023-09-11"},
           Case{"node:180", ""},
           Case{"node:22", ""},
           Case{"node:latest", ""},
           Case{"node", ""},
           Case{"node@sha256:0123", ""},
           Case{"shop.azurecr.io/team/node:16", ""},  // its own numbers
           Case{"team/node:16", ""},
           Case{"registry.example/node:16", ""},
           Case{"supernode:16", ""},
           Case{"mcr.microsoft.com/dotnet/runtime-deps:6.0", ".NET 6.0 2024-11-12"},
           Case{"shop.azurecr.io/dotnet/aspnet:6.0.36-jammy", ".NET 6.0 2024-11-12"},
           Case{"mcr.microsoft.com/dotnet/aspnet:10.0", ""},
           Case{"mcr.microsoft.com/dotnet/core/sdk:3.1", ".NET Core 3.1 2022-12-13"},
           Case{"mcr.microsoft.com/oss/nginx/nginx:1.15.5-alpine", "nginx 1.15 2019-05-28"},
           Case{"mcr.microsoft.com/cbl-mariner/base/core:2.0", "CBL-Mariner 2.0 2025-07-31"},
           Case{"python:3.1", ""},
           Case{"python:3.10-slim", "Python 3.10 2026-10-31"},
           Case{"python:3.13-slim-buster", "Debian buster 2024-06-30"},
           Case{"python:3.8-slim-buster", "Python 3.8 2024-10-07"},
           Case{"shop.azurecr.io/team/web:1.2-alpine3.15", "Alpine Linux alpine3.15 2023-11-01"},
           Case{"debian:buster-slim", "Debian buster 2024-06-30"},
           Case{"debian:12", ""},
           Case{"busybox:1.28", ""},  // its makers have published no end of support
           Case{"mcr.microsoft.com/windows/nanoserver:20H2", "Windows Server 20H2 2022-08-09"},
           Case{"mcr.microsoft.com/windows/nanoserver:ltsc2022", ""},
           Case{"", ""},
       }) {
    const auto release = ended_release(parse_image(c.image));
    const std::string of = release ? std::string(release->product) + " " + std::string(release->version) + " " +
                                         std::string(release->ended)
                                   : "";
    EXPECT_EQ(of, c.of) << c.image;
  }
}

TEST(ImageReleases, DataIsWellFormed) {
  std::ifstream file(BULWARK_SOURCE_DIR "/data/images-end-of-life.csv");
  std::size_t rows = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.starts_with('#') || line.starts_with("repository,")) continue;
    ++rows;
    EXPECT_EQ(std::count(line.begin(), line.end(), ','), 4) << line;
    const std::size_t date = line.find(",20");
    ASSERT_NE(date, std::string_view::npos) << line;
    EXPECT_NE(line.find(",https://"), std::string_view::npos) << line;
  }
  EXPECT_GT(rows, 100U);
}

}  // namespace
}  // namespace bulwark::posture
