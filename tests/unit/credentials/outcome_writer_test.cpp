#include "credentials/outcome_writer.h"

#include <gtest/gtest.h>

#include <future>

#include "support/fake_clock.h"

namespace openclaw::credentials {
namespace {

using test::noon;
using namespace std::chrono_literals;

// A store that says what it was told, and refuses as long as the test wants.
class ListeningStore final : public auth::CredentialStore {
public:
    Result<Snapshot> snapshot() override { return fail(Code::internal, "nobody asks"); }
    Result<void> update_usage(const auth::ProfileId&,
                              const std::function<auth::UsageStats(auth::UsageStats)>&) override {
        return fail(Code::internal, "nobody asks");
    }
    std::vector<std::filesystem::path> places() const override { return {}; }

    Result<Records> report(std::span<const auth::Report> reports) override {
        const std::scoped_lock guard(mutex_);
        ++calls;
        if (refuses) return fail(Code::no_space, "the disk is full");
        Records records;
        for (const auto& report : reports) {
            auto& usage = usage_[report.profile.text];
            usage = auth::after(std::move(usage), report.outcome);
        }
        for (const auto& [id, usage] : usage_) records.emplace_back(auth::ProfileId{id}, usage);
        return records;
    }
    std::int64_t errors_of(const std::string& id) {
        const std::scoped_lock guard(mutex_);
        return usage_[id].error_count;
    }

    std::atomic<int> calls = 0;
    std::atomic<bool> refuses = false;

private:
    std::mutex mutex_;
    std::map<std::string, auth::UsageStats> usage_;
};

auth::Report refused(const std::string& id) {
    return {{id},
            auth::Failed{{.reason = auth::FailureReason::auth, .retry_after = {}, .text = "no"},
                         {.failure_window = 24h, .billing_base = 5h, .billing_max = 24h},
                         noon}};
}
auth::Report worked(const std::string& id, TimePoint at) {
    return {{id}, auth::Worked{{.model = "m", .sent = at, .credential = "#1"}, at}};
}

class Writing : public testing::Test {
protected:
    // Long enough that nothing but urgency and flushes begins a write.
    static constexpr OutcomeWriter::Pace slow{.gather = 1h, .retry_min = 1h, .retry_max = 1h};

    void flush() {
        std::promise<void> done;
        writer->flush([&] { done.set_value(); });
        done.get_future().wait();
    }
    // As the owner does it, only on whatever thread.
    void start(OutcomeWriter::Pace pace = slow) {
        writer = std::make_unique<OutcomeWriter>(
            [this](const OutcomeWriter::Written& written) {
                failures += written.records ? 0 : 1;
                raw->acknowledge(written.file);
            },
            pace);
        raw = writer.get();
    }

    std::shared_ptr<ListeningStore> store = std::make_shared<ListeningStore>();
    std::atomic<int> failures = 0;
    std::unique_ptr<OutcomeWriter> writer;
    OutcomeWriter* raw = nullptr;  // also while it ends
};

TEST_F(Writing, GathersUsesAndWritesARestAtOnce) {
    start();
    for (int i = 0; i < 100; ++i) writer->add("file", store, worked("a", noon + i * 1s));
    EXPECT_EQ(store->calls, 0);
    writer->add("file", store, refused("a"));
    while (store->calls == 0) std::this_thread::yield();  // by itself; a flush would prove nothing
    flush();
    EXPECT_EQ(store->calls, 1) << "all of it in one write";
    EXPECT_EQ(store->errors_of("a"), 1);
    EXPECT_FALSE(writer->holds_any("file"));
}

TEST_F(Writing, KeepsWhatCouldNotBeWrittenAndAppliesItOnce) {
    start();
    store->refuses = true;
    writer->add("file", store, refused("a"));
    flush();
    EXPECT_GE(failures, 1);
    EXPECT_TRUE(writer->knows_of("file", {"a"}));
    EXPECT_EQ(writer->with_unwritten("file", {"a"}, {}).error_count, 1);
    store->refuses = false;
    flush();
    EXPECT_FALSE(writer->holds_any("file"));
    EXPECT_EQ(store->errors_of("a"), 1);
    flush();
    EXPECT_EQ(store->errors_of("a"), 1) << "not again";
}

TEST_F(Writing, KeepsABoundedNumberOfOutcomesThatNobodyCanWrite) {
    start();
    store->refuses = true;
    for (int i = 0; i < 10'000; ++i) {
        writer->add("file", store, refused("a"));
        writer->add("file", store, worked("a", noon + i * 1s));
    }
    store->refuses = false;
    flush();
    const auto known = writer->with_unwritten("file", {"a"}, {});
    EXPECT_EQ(known, auth::UsageStats{}) << "everything was written";
}

TEST_F(Writing, WritesWhatWaitsWhenItEnds) {
    start();
    writer->add("file", store, worked("a", noon));
    writer->add("other file", store, worked("b", noon));
    writer.reset();
    EXPECT_EQ(store->calls, 2);
}

TEST_F(Writing, TellsThatAWriteIsUnderWayUntilItsEndIsTakenOver) {
    std::promise<void> written;
    writer = std::make_unique<OutcomeWriter>([&](const auto&) { written.set_value(); }, slow);
    writer->add("file", store, refused("a"));
    written.get_future().wait();
    EXPECT_TRUE(writer->writes("file"));
    EXPECT_FALSE(writer->writes("other file"));
    const auto before = writer->acknowledged();
    writer->acknowledge("file");
    EXPECT_FALSE(writer->writes("file"));
    EXPECT_NE(writer->acknowledged(), before);
}

}  // namespace
}  // namespace openclaw::credentials
