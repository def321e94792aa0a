#include "posture/secret_names.h"

#include <gtest/gtest.h>

namespace bulwark::posture {
namespace {

TEST(SecretNames, Table) {
  for (const char* name :
       {"PASSWORD", "DB_PASSWORD", "db-password", "apiKey", "API_TOKEN", "GITHUB_TOKEN", "CLIENT_SECRET",
        "AZURE_STORAGE_CONNECTION_STRING", "AWS_SECRET_ACCESS_KEY", "MYSQL_PWD"}) {
    EXPECT_TRUE(names_a_secret(name)) << name;
  }
  for (const char* name : {"PASSWORD_FILE", "TOKEN_PATH", "TOKENIZER", "SECRET_NAME", "LOG_LEVEL", "KEY", "PORT",
                           "", "TOKEN_ENDPOINT", "SECRETS_MOUNT"}) {
    EXPECT_FALSE(names_a_secret(name)) << name;
  }
}

}  // namespace
}  // namespace bulwark::posture
