# Every third-party library of Bulwark, in one place. All are Debian packages; nothing is downloaded.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)  # headers alone: Beast and Asio, the HTTP server
find_package(fmt 9 REQUIRED)
find_package(mimalloc 2 REQUIRED)  # libyaml asks for memory once for each scalar
find_package(CLI11 2 REQUIRED)
find_package(CURL 7.88 REQUIRED)  # the Kubernetes API, over HTTP/2
find_package(GTest REQUIRED)
find_package(OpenSSL 3 REQUIRED)  # certificates; the test cluster and the fault server of tests
find_package(benchmark QUIET)  # only bench/*_bench.cpp want it
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(yaml REQUIRED IMPORTED_TARGET yaml-0.1)
include(GoogleTest)
