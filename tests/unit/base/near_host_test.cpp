#include "base/near_host.h"

#include <gtest/gtest.h>

namespace openclaw {
namespace {

TEST(NearHost, StandsInTheSameHouse) {
    for (const auto* host : {"localhost",
                             "ollama",
                             "nas",
                             "api.localhost",
                             "nas.local",
                             "llm.internal",
                             "host.docker.internal",
                             "127.0.0.1",
                             "127.8.8.8",
                             "0.0.0.0",
                             "10.0.0.1",
                             "172.16.0.1",
                             "172.31.255.255",
                             "192.168.1.5",
                             "169.254.3.4",
                             "100.64.0.1",
                             "100.127.255.254",
                             "::1",
                             "::",
                             "fc00::1",
                             "fdab::7",
                             "fe80::1",
                             "febf::1",
                             "fe80::1%eth0",
                             "::ffff:10.0.0.1",
                             "nas.local."})
        EXPECT_TRUE(is_near_host(host)) << host;
}

TEST(NearHost, IsNotAnybodyElses) {
    for (const auto* host :
         {"", "api.openai.com", "1.1.1.1", "notlocal.com", "example.locals", "internal.example.com",
          "11.0.0.1", "172.15.0.1", "172.32.0.1", "192.169.0.1", "169.253.0.1", "100.63.0.1", "100.128.0.1",
          "2001:db8::1", "fec0::1", "fb00::1", "::ffff:8.8.8.8", "::2", "10.0.0.1.example.com"})
        EXPECT_FALSE(is_near_host(host)) << host;
}

}  // namespace
}  // namespace openclaw
