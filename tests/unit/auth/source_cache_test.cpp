#include "auth/sources/source_cache.h"

#include <gtest/gtest.h>

#include "support/config_builder.h"
#include "support/fake_clock.h"

namespace openclaw::auth {
namespace {

using namespace std::chrono_literals;

const SecretRef a{SecretRef::Source::exec, "vault", "a"}, b{SecretRef::Source::exec, "vault", "b"};
const SecretRef c{SecretRef::Source::exec, "other", "c"}, f{SecretRef::Source::file, "notes", "/f"};

class Cache : public testing::Test {
protected:
    Cache() { configure(); }
    void configure(const std::string& vault_command = "/opt/vault") {
        cache.configure(SourceSettings::from(*test::config_of(
            R"({"secrets":{"providers":{"vault":{"source":"exec","command":")" + vault_command +
            R"("},"other":{"source":"exec","command":"/opt/other"},"notes":{"source":"file","path":"/s"}},
            "resolution":{"cacheSeconds":300}}})")));
    }
    Moment now() const { return {clock.now(), clock.steady()}; }
    SourceCache::Plan plan(std::vector<SecretRef> references) {
        std::vector<HeldReference> wanted;
        for (const auto& reference : references) wanted.push_back({reference, {}, "openai"});
        return cache.plan(wanted, now());
    }
    // "vault a,b": what is asked and waited for, then "; soon …".
    static std::string text(const SourceCache::Plan& plan) {
        std::string out;
        const auto add = [&](const std::vector<SourceQuestion>& questions) {
            for (const auto& question : questions) {
                if (!out.empty() && !out.ends_with(' ')) out += " ";
                out += question.name;
                for (const auto& id : question.ids) out += (id == question.ids.front() ? " " : ",") + id;
            }
        };
        add(plan.now);
        if (!plan.soon.empty()) out += out.empty() ? "soon " : "; soon ";
        add(plan.soon);
        return out + (plan.pending ? "; pending" : "");
    }
    void answer(const SourceCache::Plan& given, const std::map<std::string, Result<Secret>>& values) {
        for (const auto* questions : {&given.now, &given.soon})
            for (const auto& question : *questions) cache.answered(question, {.values = values}, now());
    }
    std::string value(const SecretRef& reference) {
        const auto* found = cache.values()->find(reference, {});
        if (!found) return "unknown";
        std::string out = found->value ? std::string(found->value->reveal()) : "-";
        return found->problem.empty() ? out : out + ": " + found->problem;
    }
    static Result<Secret> down(Code code = Code::unavailable) { return fail(code, "down"); }

    test::FakeClock clock;
    double dice = 0.5;
    SourceCache cache{[this] { return dice; }};
};

TEST_F(Cache, AsksEachSourceOnceForAllThatWait) {
    const auto first = plan({a, b, c});
    EXPECT_EQ(text(first), "vault a,b other c");
    EXPECT_EQ(text(plan({a, c})), "; pending") << "somebody has asked already";
    EXPECT_EQ(value(a), "-: no answer yet");
    answer(first, {{"a", Secret("A")}, {"b", down()}, {"c", Secret("C")}});
    EXPECT_EQ(value(a), "A");
    EXPECT_EQ(value(b), "-: down") << "one that fails takes no other with it";
    EXPECT_EQ(text(plan({a, c})), "");
}

TEST_F(Cache, RenewsAValueThatIsInUseBeforeItsEnd) {
    answer(plan({a}), {{"a", Secret("A")}});
    clock.advance(239s);
    EXPECT_EQ(text(plan({a})), "");
    clock.advance(2s);
    const auto early = plan({a});
    EXPECT_EQ(text(early), "soon vault a");
    EXPECT_EQ(text(plan({a})), "") << "nobody waits, and nobody asks twice";
    answer(early, {{"a", Secret("A2")}});
    EXPECT_EQ(value(a), "A2");
    clock.advance(301s);
    EXPECT_EQ(text(plan({a})), "vault a") << "nobody used it meanwhile: it is waited for";
}

TEST_F(Cache, ServesTheLastGoodValueWhileASourceIsDownAndRecoversAlone) {
    answer(plan({a}), {{"a", Secret("A")}});
    clock.advance(12min);
    answer(plan({a}), {{"a", down(Code::timed_out)}});
    EXPECT_EQ(value(a), "A: down");
    EXPECT_EQ(cache.values()->find(a, {})->read_at, test::noon);
    EXPECT_EQ(text(plan({a})), "");
    clock.advance(1s);
    const auto retry = plan({a});
    EXPECT_EQ(text(retry), "soon vault a") << "nobody waits for a source that is down";
    answer(retry, {{"a", Secret("A2")}});
    EXPECT_EQ(value(a), "A2");
}

TEST_F(Cache, PausesLongerAfterEachFailureWithJitterUpToABound) {
    struct Row {
        double dice;
        Milliseconds pause;
    };
    for (const auto& [dice_now, pause] : {Row{0.0, 500ms}, Row{0.5, 2s}, Row{0.99, 5960ms}, Row{0.5, 8s},
                                          Row{0.5, 16s}, Row{0.5, 32s}, Row{0.5, 60s}, Row{0.5, 60s}}) {
        dice = dice_now;
        const auto asked = plan({a});
        ASSERT_EQ(text(asked), "vault a");
        answer(asked, {{"a", down()}});
        clock.advance(pause - 1ms);
        EXPECT_EQ(text(plan({a})), "") << pause.count();
        clock.advance(1ms);
    }
}

TEST_F(Cache, ForgetsAtOnceWhatMayNotBeUsed) {
    answer(plan({a}), {{"a", Secret("A")}});
    clock.advance(12min);
    answer(plan({a}), {{"a", fail(Code::denied, "anybody can change it")}});
    EXPECT_EQ(value(a), "-: anybody can change it");
}

TEST_F(Cache, LooksAgainForARotatedValueButNotAllTheTime) {
    answer(plan({a}), {{"a", Secret("old")}});
    EXPECT_TRUE(cache.forget(a, now()));
    answer(plan({a}), {{"a", Secret("new")}});
    EXPECT_EQ(value(a), "new");
    EXPECT_FALSE(cache.forget(a, now()));
    clock.advance(SourceCache::reread_pause);
    EXPECT_TRUE(cache.forget(a, now()));
}

TEST_F(Cache, ReadsAFileAgainOnlyWhenItHasChanged) {
    const auto first = plan({f});
    EXPECT_FALSE(first.now.front().known_file);
    const platform::FileInfo info{.size = 7, .inode = 3};
    cache.answered(first.now.front(), {.values = {{"/f", Secret("F")}}, .file = info}, now());
    EXPECT_EQ(text(plan({f})), "");
    clock.advance(SourceCache::file_recheck);
    const auto again = plan({f});
    ASSERT_EQ(text(again), "notes /f");
    EXPECT_EQ(again.now.front().known_file, info);
    cache.answered(again.now.front(), {.values = {}, .file = info, .unchanged = true}, now());
    EXPECT_EQ(value(f), "F");
    // Another id of the same file: it is read as a whole.
    const SecretRef g{SecretRef::Source::file, "notes", "/g"};
    const auto more = plan({g});
    EXPECT_EQ(text(more), "notes /g,/f");
    EXPECT_FALSE(more.now.front().known_file);
}

TEST_F(Cache, DropsWhatAnotherSourceOfThatNameHasGiven) {
    answer(plan({a, c}), {{"a", Secret("A")}, {"c", Secret("C")}});
    const auto late = plan({b});
    configure("/opt/another");
    EXPECT_EQ(value(a), "unknown");
    EXPECT_EQ(value(c), "C");
    answer(late, {{"b", Secret("B")}});
    EXPECT_EQ(value(b), "unknown");
}

TEST_F(Cache, SaysWhatIsNotConfigured) {
    const SecretRef nowhere{SecretRef::Source::exec, "nowhere", "x"};
    EXPECT_EQ(text(plan({nowhere})), "");
    EXPECT_TRUE(value(nowhere).starts_with("-: secrets.providers has no nowhere of source exec"));
}

}  // namespace
}  // namespace openclaw::auth
