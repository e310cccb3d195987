#include "store/document.h"

#include <gtest/gtest.h>

#include "support/faulty_file_system.h"

namespace openclaw::store {
namespace {

using platform::FileKind;
using test::FaultyFileSystem;
using test::MemoryFileSystem;

constexpr const char* path = "/state/store.json";

Result<void> touch(Document& document) {
    return document.update([](json::object& content) -> Result<void> {
        content["touched"] = true;
        return {};
    });
}

TEST(Document, TakesAMissingFileAsNormalAndCreatesItPrivately) {
    MemoryFileSystem disk;
    Document document(disk, path);
    const auto before = document.load();
    ASSERT_TRUE(before);
    EXPECT_EQ(*before, nullptr);
    EXPECT_TRUE(disk.all_paths().empty()) << "reading writes nothing";

    ASSERT_TRUE(touch(document));
    EXPECT_EQ(disk.text_of(path), "{\n  \"touched\": true\n}\n");
    EXPECT_EQ(disk.info(path)->mode, 0600U);
    EXPECT_EQ(disk.info("/state")->mode, 0700U);
}

TEST(Document, KeepsMembersThatAChangeDoesNotKnow) {
    MemoryFileSystem disk;
    disk.put(path, R"({"future": {"x": [1, 2.5, null]}, "version": 1})", 0644);
    Document document(disk, path);
    ASSERT_TRUE(touch(document));
    const auto content = document.load();
    ASSERT_TRUE(content);
    EXPECT_EQ(json::serialize(**content), R"({"future":{"x":[1,2.5E0,null]},"version":1,"touched":true})");
    EXPECT_EQ(disk.info(path)->mode, 0600U) << "a readable store becomes private";
}

TEST(Document, NeverOverwritesADamagedFile) {
    for (const std::string text : {"{\"version\": 1, \"prof", "", "[1]", "\xff\xfe{}", "null"}) {
        MemoryFileSystem disk;
        disk.put(path, text);
        Document document(disk, path);
        const auto loaded = document.load();
        ASSERT_FALSE(loaded) << text;
        EXPECT_EQ(loaded.error().code, Code::corrupt);
        EXPECT_NE(loaded.error().message.find(path), std::string::npos);
        const auto updated = touch(document);
        ASSERT_FALSE(updated) << text;
        EXPECT_EQ(updated.error().code, Code::corrupt);
        EXPECT_EQ(disk.text_of(path), text);
    }
}

TEST(Document, ReadsBrokenTextAndKeepsItsBytes) {
    const std::pair<std::string, std::string> cases[] = {
        {"\\ud83d", "\uFFFD"}, {"caf\xE9", "caf\uFFFD"}, {"\xF0\x9F\x98 and \\udfff", "\uFFFD and \uFFFD"}};
    for (const auto& [broken, readable] : cases) {
        MemoryFileSystem disk;
        disk.put(path, "{\n  \"name\": \"" + broken + "\",\n  \"k" + broken + "\": 1\n}\n");
        Document document(disk, path);
        for (const bool again : {false, true}) {
            const auto content = document.load();
            ASSERT_TRUE(content && *content) << broken;
            EXPECT_EQ((*content)->at("name").as_string(), readable) << broken << again;
            EXPECT_TRUE((*content)->contains("k" + readable)) << broken;
            ASSERT_TRUE(touch(document)) << broken;
            EXPECT_EQ(disk.text_of(path), "{\n  \"name\": \"" + broken + "\",\n  \"k" + broken +
                                              "\": 1,\n  \"touched\": true\n}\n");
        }
    }
}

TEST(Document, ReadsAFileWithAByteOrderMark) {
    MemoryFileSystem disk;
    disk.put(path, "\xEF\xBB\xBF{\"version\": 1}");
    Document document(disk, path);
    const auto content = document.load();
    ASSERT_TRUE(content && *content);
    EXPECT_EQ((*content)->at("version"), 1);
    ASSERT_TRUE(touch(document));
    EXPECT_EQ(disk.text_of(path), "{\n  \"version\": 1,\n  \"touched\": true\n}\n");
}

TEST(Document, SetsADamagedFileAsideOnlyWhenTold) {
    MemoryFileSystem disk;
    disk.put(path, "{damaged");
    Document document(disk, path);
    const auto rebuild = [](std::string_view text) { return json::object{{"was", text.size()}}; };
    for (const std::string name :
         {"/state/store.json.damaged-19700101T000001Z", "/state/store.json.damaged-19700101T000001Z-2"}) {
        const auto aside = document.set_aside(from_ms(1234), rebuild);
        ASSERT_TRUE(aside && *aside);
        EXPECT_EQ(**aside, name);
        EXPECT_EQ(disk.text_of(name), "{damaged");
        EXPECT_EQ(disk.info(name)->mode, 0600U);
        EXPECT_EQ((**document.load()).at("was"), 8);
        ASSERT_TRUE(touch(document));
        EXPECT_FALSE(*document.set_aside(from_ms(1234), rebuild));  // it is sound now
        disk.put(path, "{damaged");
    }
}

TEST(Document, RefusesWhatIsNotAFileOrTooLarge) {
    MemoryFileSystem disk;
    disk.put_other("/state/fifo.json", FileKind::other);
    disk.put("/state/folder.json/inside", "");
    disk.put("/state/large.json", std::string(2000, ' '));
    for (const auto* name : {"/state/fifo.json", "/state/folder.json", "/state/large.json"}) {
        Document document(disk, name, {.bytes_max = 1000});
        EXPECT_FALSE(document.load()) << name;
        EXPECT_FALSE(touch(document)) << name;
    }
    EXPECT_EQ(disk.text_of("/state/large.json")->size(), 2000U);
}

TEST(Document, RefusesToGrowBeyondItsBound) {
    MemoryFileSystem disk;
    disk.put(path, "{}");
    Document document(disk, path, {.bytes_max = 100});
    const auto updated = document.update([](json::object& content) -> Result<void> {
        content["long"] = std::string(200, 'x');
        return {};
    });
    ASSERT_FALSE(updated);
    EXPECT_EQ(updated.error().code, Code::too_large);
    EXPECT_EQ(disk.text_of(path), "{}");
}

TEST(Document, WritesNothingWhenNothingChangedOrTheChangeFailed) {
    MemoryFileSystem disk;
    disk.put(path, R"({"a":1})");
    Document document(disk, path);
    const auto same = document.update([](json::object& content) -> Result<int> {
        content["a"] = 1;
        return 7;
    });
    ASSERT_TRUE(same);
    EXPECT_EQ(*same, 7);
    const auto refused = document.update([](json::object& content) -> Result<int> {
        content["a"] = 2;
        return fail(Code::invalid_input, "no");
    });
    EXPECT_FALSE(refused);
    EXPECT_EQ(disk.text_of(path), R"({"a":1})");
}

TEST(Document, ReplacesTheFileBehindALinkAndKeepsTheLink) {
    MemoryFileSystem disk;
    disk.put("/shared/real.json", "{}");
    disk.put_link(path, "/shared/real.json");
    Document document(disk, path);
    ASSERT_TRUE(touch(document));
    EXPECT_EQ(disk.link_info(path)->kind, FileKind::symlink);
    EXPECT_EQ(disk.text_of("/shared/real.json"), "{\n  \"touched\": true\n}\n");

    disk.put_link("/state/dangling.json", "/nowhere/real.json");
    Document dangling(disk, "/state/dangling.json");
    EXPECT_FALSE(touch(dangling));
    EXPECT_EQ(disk.link_info("/state/dangling.json")->kind, FileKind::symlink);
}

TEST(Document, LeavesAFileToItsOwnerOrLeavesItAlone) {
    MemoryFileSystem disk;
    disk.put(path, "{}", 0600, 501);
    Document document(disk, path);
    const auto refused = touch(document);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::denied);
    EXPECT_NE(refused.error().message.find("another user"), std::string::npos);
    EXPECT_EQ(disk.text_of(path), "{}");
    EXPECT_EQ(disk.all_paths().size(), 2U) << "the file and its lock, nothing else";

    disk.may_give_away = true;  // as root
    ASSERT_TRUE(touch(document));
    EXPECT_EQ(disk.info(path)->uid, 501U);
}

TEST(Document, ReadsAgainOnlyWhatHasChanged) {
    MemoryFileSystem disk;
    disk.put(path, R"({"a":1})");
    Document document(disk, path);
    const auto first = *document.load();
    EXPECT_EQ(*document.load(), first) << "the same object: not parsed again";
    disk.put(path, R"({"a":2})");
    const auto second = *document.load();
    EXPECT_EQ(integer_at(*second, "a"), 2);
    ASSERT_TRUE(disk.remove(path));
    EXPECT_EQ(*document.load(), nullptr);
}

TEST(Document, UpdatesWhatIsOnDiskAndNotWhatItRemembers) {
    MemoryFileSystem disk;
    disk.put(path, R"({"mine":1})");
    Document document(disk, path);
    ASSERT_TRUE(document.load());
    Document other(disk, path);
    ASSERT_TRUE(other.update([](json::object& content) -> Result<void> {
        content["theirs"] = 2;
        return {};
    }));
    ASSERT_TRUE(touch(document));
    const auto content = *document.load();
    EXPECT_TRUE(content->contains("theirs"));
    EXPECT_TRUE(content->contains("touched"));
}

// An editor knows nothing of the lock.
TEST(Document, MakesAChangeAgainWhenTheFileIsEditedMeanwhile) {
    MemoryFileSystem disk;
    disk.put(path, R"({"key":"old"})");
    Document document(disk, path);
    int rounds = 0;
    const auto changed = document.update([&](json::object& content) -> Result<void> {
        if (++rounds == 1) disk.put(path, R"({"key":"new"})");
        content["touched"] = rounds;
        return {};
    });
    ASSERT_TRUE(changed) << changed.error().message;
    EXPECT_EQ(disk.text_of(path), "{\n  \"key\": \"new\",\n  \"touched\": 2\n}\n");
    EXPECT_EQ(disk.all_paths().size(), 2u) << "no temporary file is left";
}

TEST(Document, NeitherBringsBackARemovedFileNorReplacesANewOne) {
    for (const bool there : {true, false}) {
        MemoryFileSystem disk;
        if (there) disk.put(path, R"({"key":"old"})");
        Document document(disk, path);
        int rounds = 0;
        ASSERT_TRUE(document.update([&](json::object& content) -> Result<void> {
            if (++rounds == 1 && there) EXPECT_TRUE(disk.remove(path));
            if (rounds == 1 && !there) disk.put(path, R"({"key":"new"})");
            content["touched"] = true;
            return {};
        }));
        EXPECT_EQ(disk.text_of(path),
                  there ? "{\n  \"touched\": true\n}\n" : "{\n  \"key\": \"new\",\n  \"touched\": true\n}\n");
    }
}

TEST(Document, GivesUpOnAFileThatNeverStandsStill) {
    MemoryFileSystem disk;
    disk.put(path, "{}");
    Document document(disk, path);
    int rounds = 0;
    const auto changed = document.update([&](json::object& content) -> Result<void> {
        disk.put(path, fmt::format(R"({{"round":{}}})", ++rounds));
        content["touched"] = true;
        return {};
    });
    ASSERT_FALSE(changed);
    EXPECT_EQ(changed.error().code, Code::busy);
    EXPECT_EQ(disk.text_of(path), fmt::format(R"({{"round":{}}})", rounds)) << "the other's word stands";
}

TEST(Document, NamesTheHolderOfItsLock) {
    MemoryFileSystem disk;
    disk.put(path, "{}");
    const auto held = disk.lock("/state/store.json.flock", Milliseconds(0));
    ASSERT_TRUE(held);
    Document document(disk, path, {.lock_wait = Milliseconds(0)});
    const auto updated = touch(document);
    ASSERT_FALSE(updated);
    EXPECT_EQ(updated.error().code, Code::busy);
    EXPECT_NE(updated.error().message.find("process 1"), std::string::npos);
    EXPECT_TRUE(document.load()) << "reading needs no lock";
}

}  // namespace
}  // namespace openclaw::store
