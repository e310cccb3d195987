#include "access/certificates/client_trust.h"

#include <gmock/gmock.h>

#include "support/client_certificates.h"
#include "support/config_builder.h"
#include "support/fake_clock.h"

namespace openclaw::access {
namespace {

using namespace std::chrono_literals;
using test::noon;
using test::Signer;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using Fault = CertificateFault;

const platform::Path memory_file = test::state_folder / "gateway/revocation-lists.json";

// A gateway that asks for the revocation lists of a foreign authority, as its files stand.
class TrustInFiles : public testing::Test {
protected:
    TrustInFiles() {
        files.put(test::home_folder / "corp.pem", corp.pem());
        files.put(test::home_folder / "corp.crl", list(1));
    }
    std::string list(long number, std::vector<long> serials = {}) {
        const auto seconds = [](TimePoint time) { return std::chrono::floor<std::chrono::seconds>(time); };
        return corp.revocation_list(serials, number, seconds(noon - 1h), seconds(noon + 1h));
    }
    // As at a start: nothing but the files is known.
    Result<ReadTrust> start(std::string lists = "'~/corp.crl'") {
        const auto config = test::config_of(
            "{gateway: {tls: {enabled: true, clientCa: '~/corp.pem', clientCrl: [" + lists + "]}}}");
        const auto own = [](const config::Config&) -> Result<std::optional<OwnAuthority>> {
            return std::nullopt;
        };
        return read_client_trust(*config, files, own, nullptr, noon);
    }
    std::optional<Fault> fault_of(const ReadTrust& read) const {
        return Certificates::from(read.trust)->judge(std::vector{alice.der()}, noon).fault;
    }

    test::MemoryFileSystem files;
    Signer corp = Signer::root("Corp");
    Signer alice = corp.issue({.names = {"alice"}});
};

TEST_F(TrustInFiles, HoldsAnOlderListAgainstNobodyButItselfAfterARestart) {
    files.put(test::home_folder / "corp.crl", list(5, {alice.serial()}));
    EXPECT_EQ(fault_of(*start()), Fault::revoked);
    files.put(test::home_folder / "corp.crl", list(4));
    const auto older = start();
    EXPECT_EQ(fault_of(*older), Fault::list_missing);
    EXPECT_THAT(older->problems, Contains(HasSubstr("older than one that counted before")));
    files.put(test::home_folder / "corp.crl", list(6));
    EXPECT_EQ(fault_of(*start()), std::nullopt);
}

TEST_F(TrustInFiles, WritesDownWhatCountsOnceAndNotAgain) {
    EXPECT_THAT(start()->problems, IsEmpty());
    const auto changes = files.changes();
    EXPECT_THAT(start()->problems, IsEmpty());
    EXPECT_EQ(files.changes(), changes);
}

TEST_F(TrustInFiles, ClosesTheDoorWhereNobodyKnowsWhichListsCounted) {
    for (const auto* text : {"", "{", "[]", "{}", R"({"lists": 1})", R"({"lists": {"a": {}}})",
                             R"({"lists": {"a": [{"number": "zz", "lastUpdateMs": 1}]}})",
                             R"({"lists": {"a": [{"number": "1"}]}})"}) {
        files.put(memory_file, text);
        const auto read = start();
        ASSERT_TRUE(read) << text;
        EXPECT_EQ(fault_of(*read), Fault::list_missing) << text;
        EXPECT_THAT(read->problems, Contains(HasSubstr("then remove this file"))) << text;
        EXPECT_EQ(files.text_of(memory_file), text) << "damage isn't written over";
    }
    ASSERT_TRUE(files.remove(memory_file));
    EXPECT_EQ(fault_of(*start()), std::nullopt);
}

TEST_F(TrustInFiles, ReadsNoMoreFilesThanAreWorthReading) {
    std::string names = "'~/corp.crl'";
    for (int more = 1; more < 64; ++more) names += ", '~/corp.crl'";
    EXPECT_TRUE(start(names));
    const auto refused = start(names + ", '~/corp.crl'");
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("names 65 files"));
}

}  // namespace
}  // namespace openclaw::access
