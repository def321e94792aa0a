#include "posture/secret_names.h"

#include <gtest/gtest.h>

namespace bulwark::posture {
namespace {

TEST(SecretNames, NamesOfSecrets) {
  for (const char* name : {"PASSWORD",
                           "DB_PASSWORD",
                           "db-password",
                           "db.password",
                           "adminPassword",
                           "rootpassword",
                           "PASSWORD2",
                           "apiKey",
                           "APIKey",
                           "API_KEY",
                           "API_TOKEN",
                           "GITHUB_TOKEN",
                           "accessToken",
                           "authtoken",
                           "CLIENT_SECRET",
                           "SECRET",
                           "SECRET_KEY_BASE",
                           "JWT_SECRET",
                           "AZURE_STORAGE_CONNECTION_STRING",
                           "ConnectionStrings__Main_ConnectionString",
                           "AZURE_STORAGE_ACCOUNT_KEY",
                           "AWS_SECRET_ACCESS_KEY",
                           "MYSQL_PWD",
                           "SSH_PRIVATE_KEY",
                           "KEY_PASSPHRASE",
                           "PASSWORD_SALT",
                           "DB_CREDENTIALS"}) {
    EXPECT_TRUE(names_a_secret(name)) << name;
  }
}

TEST(SecretNames, NamesOfOtherThings) {
  for (const char* name : {"PASSWORD_FILE",
                           "passwordFile",
                           "TOKEN_PATH",
                           "TOKENIZER",
                           "TOKEN_BUCKET",
                           "MAX_TOKENS",
                           "SECRET_NAME",
                           "SECRETS_DIR",
                           "LOG_LEVEL",
                           "KEY",
                           "PORT",
                           "",
                           "_",
                           "TOKEN_ENDPOINT",
                           "TOKEN_URL",
                           "SECRETS_MOUNT",
                           "PASSWORD_MIN_LENGTH",
                           "PASSWORD_MAX_AGE",
                           "PASSWORD_POLICY",
                           "ALLOW_EMPTY_PASSWORD",
                           "MYSQL_RANDOM_ROOT_PASSWORD",
                           "SSH_PUBLIC_KEY",
                           "AWS_ACCESS_KEY_ID",
                           "API_KEY_HEADER",
                           "PWD",
                           "KEYBOARD",
                           "SECRET_PROVIDER",
                           "IMAGE_PULL_SECRET",
                           "TLS_SECRET",
                           "CREDENTIAL_PROVIDER",
                           "PASSENGER_APP",
                           "MONKEY",
                           "CONNECTION_TIMEOUT",
                           "CACHE_KEY"}) {
    EXPECT_FALSE(names_a_secret(name)) << name;
  }
}

TEST(SecretNames, ValuesUnderSuchNames) {
  for (const char* value : {"hunter2", "changeme", "12345", "a/b", "http://user:hunter2@host"}) {
    EXPECT_TRUE(may_be_secret(value)) << value;
  }
  for (const char* value :
       {"", "/run/secrets/db", "true", "no", "0", "$(DB)", "${DB}", "$DB", "pre-$(DB)", "{{ .pw }}", "<password>",
        "vault:secret/db#pw", "@Microsoft.KeyVault(VaultName=a;SecretName=b)", "https://login.example/token"}) {
    EXPECT_FALSE(may_be_secret(value)) << value;
  }
}

TEST(SecretNames, ValuesThatTellThemselves) {
  for (const char* value :
       {"postgres://app:hunter2@db.example/shop", "url=amqp://app:hunter2@mq.example:5672/ ok",
        "Server=db.example;User Id=app;Password=hunter2;", "Server=db.example; pwd=hunter2",
        "DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=aGVsbG8=;EndpointSuffix=core.windows.net",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE", "note\n-----BEGIN PRIVATE KEY-----\nMIIE",
        "ghp_0123456789abcdef0123456789abcdef0123"}) {
    EXPECT_TRUE(holds_a_secret(value)) << value;
  }
  for (const char* value :
       {"", "postgres://db.example/shop", "postgres://app@db.example/shop", "postgres://app:$(PW)@db.example/shop",
        "postgres://user:password@db.example/shop", "postgres://app:<pw>@db.example", "https://host:8443/a@b:c",
        "Server=db.example;Password=;", "Server=db.example;Password=$(PW);", "password=hunter2",
        "-----BEGIN CERTIFICATE-----\nMIIE", "-----BEGIN PUBLIC KEY-----\nMIIE", "ghp_",
        "ghp_ is the prefix of tokens"}) {
    EXPECT_FALSE(holds_a_secret(value)) << value;
  }
}

}  // namespace
}  // namespace bulwark::posture
