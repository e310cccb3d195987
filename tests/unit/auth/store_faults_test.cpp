// Whatever happens to the disk under a store of five profiles, or to a byte of it: what is intact is served,
// what is damaged is named, and no writer makes it worse.
#include <gtest/gtest.h>

#include <cerrno>

#include "auth/profiles/salvage.h"
#include "auth/store/profile_store.h"
#include "base/text.h"
#include "support/config_builder.h"
#include "support/faulty_file_system.h"
#include "support/store_builder.h"

namespace openclaw::auth {
namespace {

using test::CrashOutcome;
using test::FaultyFileSystem;
using test::main_agent_folder;
using test::main_store_file;
using test::MemoryFileSystem;
using test::noon;

const StoreFolders folders{main_agent_folder, main_agent_folder,
                           "/home/user/.openclaw/credentials/oauth.json"};

// Odd secrets and members on purpose: quotes, escapes, JSON in a string, a credential inside a record.
const std::string five = test::with_times(R"({"version":1,"profiles":{
 "anthropic:work":{"type":"api_key","provider":"anthropic","key":"sk-ant-\"work\\\\0001","email":"w@example.com"},
 "openai:main":{"type":"api_key","provider":"openai","key":"sk-oa-0002","theirs":{"type":"api_key","provider":"x","key":"no"}},
 "anthropic:ci":{"type":"token","provider":"anthropic","token":"tok-ci-0003","expires":@now+5m},
 "google:login":{"type":"oauth","provider":"google","access":"acc-0004","refresh":"ref-0004","expires":@now+1h,"projectId":"p"},
 "mistral:last":{"type":"api_key","provider":"mistral","key":"{\"a:b\": {\"type\": 5}}, ","note":"x"}},
 "order":{"anthropic":["anthropic:ci","anthropic:work"]},
 "lastGood":{"anthropic":"anthropic:ci","google":"google:login"},
 "usageStats":{"anthropic:work":{"lastUsed":@now-1h,"errorCount":1},"google:login":{"lastUsed":@now-1m,"errorCount":0}},
 "theirs":{"backup:one":{"type":"api_key","provider":"z","key":"not-a-profile"}}})");

std::string laid_out(const std::string& text) {
    return format_json(*parse_json(text)) + "\n";
}

Profile key(const std::string& id, const std::string& provider, const std::string& value) {
    return {.id = {id},
            .provider = provider,
            .credential = ApiKey{Secret(value)},
            .email = {},
            .added = {},
            .note = {}};
}

struct Writer {
    std::string name;
    std::function<Result<void>(ProfileStore&)> run;
};

template <class T>
Result<void> no_value(const Result<T>& result) {
    if (!result) return std::unexpected(result.error());
    return {};
}

const std::vector<Writer> writers = {
    {"add",
     [](auto& store) {
         const Addition addition{.profile = key("groq:added", "groq", "added-key"),
                                 .members = {},
                                 .record = {.path = "/old", .fingerprint = "f", .at = noon},
                                 .usage = UsageStats{}};
         return no_value(store.add(std::vector{addition}, {}));
     }},
    {"remove", [](auto& store) { return no_value(store.remove({"anthropic:ci"})); }},
    {"enter", [](auto& store) { return no_value(store.enter(key("openai:own", "openai", "own-key"))); }},
    {"set allowed agents",
     [](auto& store) {
         return no_value(store.set_allowed_agents({"openai:main"}, std::vector<std::string>{"main"}));
     }},
    {"set order", [](auto& store) { return store.set_order("openai", {{"openai:main"}}); }},
    {"clear order", [](auto& store) { return no_value(store.clear_order("anthropic")); }},
    {"record success",
     [](auto& store) { return no_value(store.report(test::worked({"openai:main"}, noon))); }},
    {"update usage",
     [](auto& store) {
         return store.update_usage({"google:login"}, [](UsageStats usage) {
             ++usage.error_count;
             return usage;
         });
     }},
};

std::vector<Path> strays_of(const MemoryFileSystem& disk) {
    std::vector<Path> strays;
    for (const auto& path : disk.all_paths())
        if (path.ends_with(".tmp")) strays.emplace_back(path);
    return strays;
}

// One fault of one writer, and what is found afterwards.
struct Fault {
    int at;
    int number;  // 0: killed there
    CrashOutcome outcome = CrashOutcome::lost;
};

void suffer(const Writer& writer, const std::string& before, const std::string& after, const Fault& fault) {
    MemoryFileSystem disk;
    if (!before.empty()) disk.put(main_store_file, before);
    FaultyFileSystem files(disk);
    const bool killed = fault.number == 0;
    killed ? files.crash_at(fault.at) : files.fail_at(fault.at, fault.number);
    Result<void> done;
    {
        ProfileStore store(files, folders);
        done = writer.run(store);
    }
    if (killed) disk.crash(fault.outcome);
    const auto text = disk.text_of(main_store_file).value_or("");
    EXPECT_TRUE(text == before || text == after) << text;
    if (done && !killed) EXPECT_EQ(text, after);
    if (!done && !killed) {
        // The store's own, one of its parents, or a file of old that the first write takes over.
        EXPECT_NE(done.error().message.find("/home"), std::string::npos) << done.error().message;
        EXPECT_TRUE(files.last_operation() == "remove" || strays_of(disk).empty());
    }
    for (const auto& stray : strays_of(disk)) EXPECT_EQ(disk.info(stray)->mode & 0777, 0600u);
    ProfileStore next(disk, folders);
    EXPECT_TRUE(next.enter(key("next:one", "next", "n")));
    EXPECT_TRUE(strays_of(disk).empty())
        << "a later write leaves the temporary file of the one that was killed";
    EXPECT_TRUE((*next.load())->find({"next:one"}));
}

TEST(StoreFaults, EachOperationOfEachWriterMayFailOrBeTheLast) {
    for (const auto& before : {laid_out(five), std::string()}) {
        for (const auto& writer : writers) {
            MemoryFileSystem clean;
            if (!before.empty()) clean.put(main_store_file, before);
            FaultyFileSystem counting(clean);
            ProfileStore store(counting, folders);
            ASSERT_TRUE(writer.run(store)) << writer.name;
            const int operations = counting.operations();
            ASSERT_GT(operations, 0) << writer.name;
            const auto after = clean.text_of(main_store_file).value_or("");
            if (!before.empty()) ASSERT_NE(after, before) << writer.name << " writes nothing";
            for (int at = 1; at <= operations; ++at) {
                SCOPED_TRACE(fmt::format("{}, operation {} of {}", writer.name, at, operations));
                for (const int number : {ENOSPC, EACCES, EROFS, EIO})
                    suffer(writer, before, after, {.at = at, .number = number});
                for (const auto outcome : {CrashOutcome::lost, CrashOutcome::kept, CrashOutcome::torn})
                    suffer(writer, before, after, {.at = at, .number = 0, .outcome = outcome});
            }
        }
    }
}

// A store with one byte changed, and what the sound one said.
class FlippedByte {
public:
    FlippedByte(const Store& sound, std::string text) : sound_(sound), text_(std::move(text)) {
        disk_.put(main_store_file, text_);
    }

    void check_reading() {
        ProfileStore store(disk_, folders);
        const auto loaded = store.load();
        ASSERT_TRUE(loaded) << loaded.error().message;
        const auto& found = **loaded;
        std::size_t intact = 0;
        for (const auto& profile : sound_.profiles) {
            const auto* served = found.find(profile.id);
            if (served && *served == profile) ++intact;
        }
        is_corrupt_ = !found.damaged_files.empty();
        EXPECT_GE(intact, 4u) << "more than the one is lost";
        EXPECT_LE(found.profiles.size() + found.damaged.size(), 5u) << "something was made up";
        if (intact == 5) return;
        // A character that changed inside a string can't be noticed: JSON has no check sums. Such a record is
        // served as it reads, or named as damaged; but only while the whole text is sound JSON.
        EXPECT_EQ(found.profiles.size() + found.damaged.size(), 5u) << "the damaged one is not named";
        if (is_corrupt_) EXPECT_EQ(found.profiles.size(), 4u) << "a record of damaged text is served";
        for (const auto& record : found.damaged) EXPECT_FALSE(record.problem.empty());
        for (const auto& file : found.damaged_files) EXPECT_EQ(file.path, main_store_file.string());
    }

    // The same, where more than one piece may be named: what serves is whole and nobody's else.
    void check_serving() {
        ProfileStore store(disk_, folders);
        const auto loaded = store.load();
        ASSERT_TRUE(loaded) << loaded.error().message;
        const auto& found = **loaded;
        const auto is_sound = [&](const Profile& profile) {
            const auto* served = found.find(profile.id);
            return served && *served == profile;
        };
        const auto intact = std::ranges::count_if(sound_.profiles, is_sound);
        EXPECT_GE(intact, 4) << "more than the one is lost";
        if (found.damaged_files.empty()) return;
        EXPECT_EQ(found.profiles.size(), static_cast<std::size_t>(intact)) << "something was made up";
        if (intact < 5) EXPECT_FALSE(found.damaged.empty()) << "the damaged one is not named";
    }

    void check_writing() {
        for (const auto& writer : writers) {
            disk_.put(main_store_file, text_);
            ProfileStore store(disk_, folders);
            const auto done = writer.run(store);
            if (is_corrupt_) {
                ASSERT_FALSE(done) << writer.name;
                EXPECT_EQ(done.error().code, Code::corrupt);
                EXPECT_NE(done.error().message.find(main_store_file.string()), std::string::npos);
                EXPECT_NE(done.error().hint.find("`openclaw models auth repair`"), std::string::npos);
                EXPECT_EQ(disk_.text_of(main_store_file), text_) << writer.name << " overwrote it";
            } else {
                EXPECT_TRUE(done) << writer.name;
                check_damaged_records(writer.name);
            }
        }
    }

    void check_repair() {
        disk_.put(main_store_file, text_);
        ProfileStore store(disk_, folders);
        const auto before = *store.load();
        ASSERT_TRUE(store.repair(noon, true));
        EXPECT_EQ(disk_.text_of(main_store_file), text_);
        const auto repairs = store.repair(noon, false);
        ASSERT_TRUE(repairs);
        ASSERT_EQ(repairs->size(), is_corrupt_ ? 1u : 0u);
        if (!is_corrupt_) return;
        EXPECT_EQ(disk_.text_of(*repairs->front().aside), text_);
        EXPECT_EQ(disk_.info(*repairs->front().aside)->mode & 0777, 0600u);
        const auto after = *store.load();
        EXPECT_EQ(after->profiles, before->profiles);
        EXPECT_TRUE(after->damaged_files.empty());
        for (const auto& writer : writers) EXPECT_TRUE(writer.run(store)) << writer.name;
    }

    bool is_corrupt() const { return is_corrupt_; }

private:
    // A record that makes no sense keeps its text when another one is written.
    void check_damaged_records(const std::string& writer) {
        const auto before = parse_json(text_)->as_object();
        const auto after = parse_json(*disk_.text_of(main_store_file))->as_object();
        for (const auto& record : parse_store(before)->damaged) {
            if (writer == "put over" && record.id.text == "anthropic:work") continue;
            if (writer == "set allowed agents" && record.id.text == "openai:main") continue;
            if (writer == "remove" && record.id.text == "anthropic:ci") continue;
            const auto* kept = after.at("profiles").as_object().if_contains(record.id.text);
            ASSERT_TRUE(kept) << writer;
            EXPECT_EQ(*kept, before.at("profiles").as_object().at(record.id.text)) << writer;
        }
    }

    const Store& sound_;
    std::string text_;
    MemoryFileSystem disk_;
    bool is_corrupt_ = false;
};

// By four blanks a level, as some editors lay it out.
std::string laid_out_widely(const std::string& text) {
    std::string wide;
    for (const auto line : split(laid_out(text), '\n'))
        if (!line.empty()) wide += std::string(line.find_first_not_of(' '), ' ') + std::string(line) + "\n";
    return wide;
}

TEST(StoreFaults, AChangedByteAnywhereCostsOneProfileAtMostAndIsNeverOverwritten) {
    const Store sound = test::store_of(five);
    ASSERT_EQ(sound.profiles.size(), 5u);
    for (const auto& text : {laid_out(five), json::serialize(*parse_json(five))}) {
        const bool is_laid_out = text.contains('\n');
        std::size_t corrupt = 0;
        for (std::size_t at = 0; at < text.size(); ++at) {
            for (const int mask : {0x01, 0x20, 0x80, 0x00}) {
                if (!is_laid_out && mask != 0x01) continue;  // no program writes it like that
                auto changed = text;
                changed[at] = mask == 0 ? '\0' : static_cast<char>(changed[at] ^ mask);
                SCOPED_TRACE(fmt::format("byte {} ({:?}) with {:#x}: {}", at, text[at], mask,
                                         changed.substr(at < 20 ? 0 : at - 20, 40)));
                FlippedByte damage(sound, changed);
                damage.check_reading();
                if (damage.is_corrupt()) ++corrupt;
                if (mask == 0x01 && is_laid_out) {
                    damage.check_writing();
                    damage.check_repair();
                }
                if (HasFailure()) return;
            }
        }
        EXPECT_GT(corrupt, text.size() / 4);  // the flips do hit the structure
    }
}

TEST(StoreFaults, ADamagedRecordInAnEditorsLayoutCostsItselfOnly) {
    const auto text = laid_out_widely(five);
    for (const auto* id : {"anthropic:work", "openai:main", "mistral:last"}) {
        const auto at = text.find(fmt::format("\"{}\": {{", id));
        ASSERT_NE(at, std::string::npos) << id;
        auto changed = text;
        changed[text.find("provider", at) - 1] = '\n';
        const auto salvage = salvage_store(changed);
        EXPECT_EQ(salvage.served(), 4u) << id;
        EXPECT_FALSE(object_at(salvage.document, "profiles")->contains(id));
    }
}

// As the reference and we lay the file out, any byte that has a meaning in JSON in the place of any other.
TEST(StoreFaults, APieceOfSyntaxAnywhereCostsOneProfileAtMost) {
    const Store sound = test::store_of(five);
    const auto text = laid_out(five);
    for (std::size_t at = 0; at < text.size(); ++at) {
        for (const char c : std::string_view("\"{}[],:\\ \n0t")) {
            auto changed = text;
            changed[at] = c;
            if (changed == text) continue;
            SCOPED_TRACE(fmt::format("byte {} ({:?}) is {:?}: {}", at, text[at], c,
                                     changed.substr(at < 20 ? 0 : at - 20, 40)));
            FlippedByte(sound, changed).check_serving();
            if (HasFailure()) return;
        }
    }
}

TEST(StoreFaults, ARepairThatFailsOrIsKilledLosesNothing) {
    auto text = laid_out(five);
    text[text.find("sk-oa")] = '\n';
    MemoryFileSystem clean;
    clean.put(main_store_file, text);
    FaultyFileSystem counting(clean);
    ASSERT_TRUE(ProfileStore(counting, folders).repair(noon, false));
    const auto repaired = clean.text_of(main_store_file);
    for (int at = 1; at <= counting.operations(); ++at)
        for (const bool killed : {true, false}) {
            MemoryFileSystem disk;
            disk.put(main_store_file, text);
            FaultyFileSystem files(disk);
            killed ? files.crash_at(at) : files.fail_at(at, ENOSPC);
            const auto done = ProfileStore(files, folders).repair(noon, false);
            if (killed) disk.crash(CrashOutcome::lost);
            const auto now = disk.text_of(main_store_file);
            EXPECT_TRUE(now == text || now == repaired) << at;
            const auto paths = disk.all_paths();
            const auto aside = std::ranges::find_if(paths, [](const auto& path) {
                return path.contains(".damaged-") && !path.ends_with(".tmp");
            });
            if (now == text) continue;
            ASSERT_NE(aside, paths.end()) << at;
            EXPECT_EQ(disk.text_of(*aside), text) << at;
        }
}

}  // namespace
}  // namespace openclaw::auth
