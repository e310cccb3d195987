#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/sealed/key_ring.h"
#include "auth/sealed/open_all.h"
#include "auth/sealed/secret_file.h"
#include "support/config_builder.h"
#include "support/store_builder.h"

namespace openclaw::auth::sealed {
namespace {

using test::MemoryFileSystem;
using test::noon;

const RefHolder holder{"anthropic:work", "key"};
const PassphraseCost cheap{.operations = 1, .memory_kib = 8};

DataKey known_key() {
    std::string bytes;
    for (char byte = 0; byte < 32; ++byte) bytes += byte;
    return *data_key_of(Secret(bytes));
}

// Made with libsodium from another language, after the description in envelope.h.
const std::string known_text =
    "v1.1b76d4682420c2b1.AE3GYDx4F7EZLWs_ReWCC3OhZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7maBmcIVzDraUc8hRNd3AQQ_"
    "wAZZFbnLVwGUzgUTs6hudhjI";

std::string problem_of(std::string_view text, const RefHolder& who = holder) {
    const auto opened = open(text, who, known_key());
    return opened ? "it opened" : opened.error().message;
}

TEST(Envelope, OpensWhatAnotherProgramSealedByTheSameDescription) {
    EXPECT_EQ(known_key().id, "1b76d4682420c2b1");
    const auto opened = open(known_text, holder, known_key());
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_EQ(opened->reveal(), "sk-ant-known-answer");
}

TEST(Envelope, GivesBackWhatWasSealedAndNeverTheSameTextTwice) {
    for (const std::string& value :
         {std::string(), std::string("x"), std::string(32768, 'k'), std::string("\0\xff", 2)}) {
        const auto text = seal(Secret(value), holder, known_key());
        ASSERT_TRUE(text);
        EXPECT_NE(*text, *seal(Secret(value), holder, known_key()));
        EXPECT_EQ(open(*text, holder, known_key())->reveal(), value);
    }
    EXPECT_EQ(seal(Secret(std::string(32769, 'k')), holder, known_key()).error().code, Code::too_large);
}

TEST(Envelope, SaysWhichHarmWasDone) {
    EXPECT_EQ(problem_of(known_text, {"anthropic:home", "key"}),
              "the sealed value was sealed for another record or field and copied here");
    EXPECT_EQ(problem_of(known_text, {"anthropic:work", "token"}),
              "the sealed value was sealed for another record or field and copied here");
    // Length prefixes keep the border between record and field.
    EXPECT_EQ(problem_of(known_text, {"anthropic:workk", "ey"}),
              "the sealed value was sealed for another record or field and copied here");
    EXPECT_EQ(problem_of("v2." + known_text.substr(3)),
              "the sealed value is of a version that this program doesn't know");
    EXPECT_EQ(problem_of("sk-ant-plain"), "the sealed value is no sealed text");
    EXPECT_EQ(open(known_text, holder, new_data_key()).error().message, "the sealed value needs another key");
}

TEST(Envelope, NoticesATextThatWasCutAnywhere) {
    const auto payload = known_text.rfind('.') + 1;
    for (std::size_t size = payload; size < known_text.size(); ++size)
        EXPECT_EQ(problem_of(known_text.substr(0, size)), "the sealed value was cut short") << size;
    for (std::size_t size = 0; size < payload - 1; ++size)
        EXPECT_NE(problem_of(known_text.substr(0, size)), "it opened") << size;
}

TEST(Envelope, NoticesEveryFlippedByte) {
    for (std::size_t at = 0; at < known_text.size(); ++at) {
        auto text = known_text;
        text[at] = text[at] == 'A' ? 'B' : 'A';
        EXPECT_NE(problem_of(text), "it opened") << at;
    }
    EXPECT_EQ(problem_of(known_text + "AAAA"), "the sealed value was altered");
}

TEST(Envelope, KnowsNoLettersBeyondAscii) {
    for (int byte = 0x80; byte <= 0xff; ++byte)
        EXPECT_EQ(from_base64url(std::string(4, static_cast<char>(byte))), std::nullopt) << byte;
    EXPECT_EQ(from_base64url("_-8"), "\xff\xef");
}

TEST(Protection, OpensWithTheKeyThatClosedAndNoOther) {
    const auto key = known_key();
    for (const auto method : {Method::file, Method::systemd, Method::keyring, Method::passphrase}) {
        Protection protection{.method = method, .salt = std::string(16, 's'), .cost = cheap};
        const auto right = *protecting_key(protection, Secret("a long and random key of 40 characters .."));
        const auto wrong =
            *protecting_key(protection, Secret("another long and random key of 40 characters"));
        const auto wrapped = wrap(key, protection, right);
        EXPECT_EQ(unwrap(wrapped, key.id, protection, right)->bytes, key.bytes);
        EXPECT_EQ(unwrap(wrapped, key.id, protection, wrong).error().code, Code::denied);
        auto cheaper = protection;
        cheaper.cost.operations += 1;
        EXPECT_EQ(unwrap(wrapped, key.id, cheaper, right).error().code, Code::denied);
        cheaper = protection;
        cheaper.method = method == Method::file ? Method::systemd : Method::file;
        EXPECT_EQ(unwrap(wrapped, key.id, cheaper, right).error().code, Code::denied)
            << "one key, one purpose";
    }
}

TEST(Protection, RefusesKeysThatAreTooWeakAndCostsThatAreTooHigh) {
    EXPECT_EQ(protecting_key({.method = Method::file}, Secret("short")).error().code, Code::invalid_input);
    Protection protection{.method = Method::passphrase, .salt = std::string(16, 's'), .cost = cheap};
    EXPECT_EQ(protecting_key(protection, Secret("1234567")).error().code, Code::invalid_input);
    protection.cost.memory_kib = 1ULL << 40;
    EXPECT_EQ(protecting_key(protection, Secret("long enough")).error().code, Code::corrupt);
    EXPECT_GE(new_material().size(), 43u);
}

// Source: the test vectors of Argon2's authors for version 1.3 come out of the same function in libsodium;
// here it is that the parameters arrive where they should.
TEST(Protection, StretchesAPassphraseBySaltAndCost) {
    Protection protection{.method = Method::passphrase, .salt = std::string(16, 's'), .cost = cheap};
    const auto first = *protecting_key(protection, Secret("correct horse"));
    EXPECT_EQ(*protecting_key(protection, Secret(" correct horse\n")), first);
    protection.salt[0] = 't';
    const auto second = *protecting_key(protection, Secret("correct horse"));
    EXPECT_FALSE(second == first);
    protection.cost.operations = 2;
    EXPECT_FALSE(*protecting_key(protection, Secret("correct horse")) == second);
}

KeyDocument two_keys() {
    const Protection file{.method = Method::file, .key_file = "/keys/a"};
    const Protection phrase{.method = Method::passphrase, .salt = std::string(16, 's'), .cost = cheap};
    return {.active = false,
            .current = "b",
            .keys = {{.id = "a", .created = noon, .wraps = {{file, "one"}}},
                     {.id = "b", .created = noon, .wraps = {{phrase, "two"}, {file, "three"}}}}};
}

TEST(KeyDocument, ReadsWhatItWritesAndKeepsUnknownMembers) {
    json::object document{{"note", "mine"}};
    write_key_document(document, two_keys());
    EXPECT_EQ(*parse_key_document(document), two_keys());
    EXPECT_EQ(document.at("note"), "mine");
}

TEST(KeyDocument, IsDamagedRatherThanEmptyWhenItMakesNoSense) {
    for (const auto* text :
         {"{}", R"({"version":2,"current":"a","keys":[]})", R"({"version":1,"current":"a","keys":[]})",
          R"({"version":1,"current":"a","keys":[{"id":"a","wraps":[]}]})",
          R"({"version":1,"current":"a","keys":[{"id":"a","wraps":[{"by":"hope","wrapped":"x"}]}]})",
          R"({"version":1,"current":"a","keys":[{"id":"a","wraps":[{"by":"passphrase","kdf":"argon2id",)"
          R"("salt":"c2FsdA","operations":1,"memoryKiB":99999999999,"wrapped":"x"}]}]})"})
        EXPECT_EQ(parse_key_document(parse_json(text)->as_object()).error().code, Code::corrupt) << text;
}

// A state directory with one key, protected by the file /keys/sealing.key.
struct Ring {
    MemoryFileSystem files;
    Places places{.document = test::state_folder / "credentials/sealing.json"};
    const Protection protection{.method = Method::file, .key_file = "/keys/sealing.key"};

    Ring() {
        files.put("/keys/sealing.key", "0123456789abcdef0123456789abcdef\n", 0600);
        const auto protecting = *ring().protecting_key(protection);
        const auto key = known_key();
        json::object document;
        write_key_document(document,
                           {.active = true,
                            .current = key.id,
                            .keys = {{key.id, noon, {{protection, wrap(key, protection, protecting)}}}}});
        put_proof(document, key);
        files.put(places.document, json::serialize(document));
    }
    KeyRing ring() { return {files, places}; }
};

TEST(KeyRing, OpensWithTheKeyFileAndSaysWhatIsWrongWithIt) {
    Ring given;
    EXPECT_EQ(given.ring().open(known_text, holder)->reveal(), "sk-ant-known-answer");
    EXPECT_TRUE(*given.ring().seals());
    ASSERT_TRUE(given.files.set_mode("/keys/sealing.key", 0640));
    EXPECT_EQ(given.ring().open(known_text, holder).error().code, Code::denied);
    // A secret of Docker's or Kubernetes'.
    given.places.user_id = 1000;
    given.files.may_give_away = true;
    ASSERT_TRUE(given.files.set_owner("/keys/sealing.key", 0, 1000));
    for (const auto& [mode, taken] : std::map<std::uint32_t, bool>{
             {0440, true}, {0444, true}, {0640, true}, {0644, false}, {0460, false}}) {
        ASSERT_TRUE(given.files.set_mode("/keys/sealing.key", mode));
        EXPECT_EQ(given.ring().open(known_text, holder).has_value(), taken) << mode;
    }
    given.files.put("/keys/sealing.key", "another key, that is as long as the first\n", 0600);
    EXPECT_EQ(given.ring().open(known_text, holder).error().message,
              "the key in the key file /keys/sealing.key doesn't open what was sealed here");
    ASSERT_TRUE(given.files.remove("/keys/sealing.key"));
    EXPECT_EQ(given.ring().open(known_text, holder).error().code, Code::unavailable);
}

TEST(KeyRing, TakesNoKeyFileOfAnotherUserUnlessRootAsks) {
    Ring given;
    given.places.user_id = 1000;
    EXPECT_TRUE(given.ring().open(known_text, holder));
    given.places.user_id = 1001;
    const auto refused = given.ring().open(known_text, holder);
    EXPECT_EQ(refused.error().code, Code::denied);
    EXPECT_THAT(refused.error().message, testing::HasSubstr("belongs to another user (1000)"));
    given.places.user_id = 0;
    EXPECT_TRUE(given.ring().open(known_text, holder));
}

TEST(KeyRing, TakesNoKeyFileThatAnybodyMayReplace) {
    Ring given;
    given.places.user_id = 1000;
    ASSERT_TRUE(given.files.set_mode("/keys", 0777));
    EXPECT_EQ(given.ring().open(known_text, holder).error().code, Code::denied);
    ASSERT_TRUE(given.files.set_mode("/keys", 01777));
    EXPECT_TRUE(given.ring().open(known_text, holder));
}

TEST(SecretFile, OfAnotherUserIsNotRead) {
    Ring given;
    const Path path = test::state_folder / "gateway/authority/client-root.key";
    given.files.put(path, "-----BEGIN PRIVATE KEY-----\n");
    for (const auto& [user, taken] : std::map<std::uint32_t, bool>{{1000, true}, {1001, false}, {0, true}}) {
        given.places.user_id = user;
        auto ring = given.ring();
        EXPECT_EQ(read_secret_file(given.files, path, ring).has_value(), taken) << user;
    }
}

class FakeKeyring final : public platform::Keyring {
public:
    Result<Secret> find(const std::string& entry) override {
        if (locked) return fail(Code::denied, "the desktop keyring is locked");
        const auto found = entries.find(entry);
        return found == entries.end() ? Result<Secret>(fail(Code::not_found, "no entry")) : found->second;
    }
    Result<void> put(const std::string& entry, const std::string&, const Secret& value) override {
        entries[entry] = value;
        return {};
    }
    Result<void> remove(const std::string& entry) override {
        entries.erase(entry);
        return {};
    }
    std::map<std::string, Secret> entries;
    bool locked = false;
};

TEST(KeyRing, FindsTheKeyInTheKeyringAndInTheServicesCredential) {
    MemoryFileSystem files;
    const auto keyring = std::make_shared<FakeKeyring>();
    KeyRing ring(files, {.document = "/s/sealing.json",
                         .credential = Path("/run/c/openclaw-sealing-key"),
                         .keyring = keyring});
    const Protection by_keyring{.method = Method::keyring, .entry = "e"};
    const Protection by_systemd{.method = Method::systemd};
    EXPECT_EQ(ring.protecting_key(by_keyring).error().code, Code::not_found);
    keyring->entries["e"] = new_material();
    EXPECT_TRUE(ring.protecting_key(by_keyring));
    keyring->locked = true;
    EXPECT_EQ(ring.protecting_key(by_keyring).error().code, Code::denied);
    EXPECT_EQ(ring.protecting_key(by_systemd).error().code, Code::unavailable);
    files.put("/run/c/openclaw-sealing-key", std::string(new_material().reveal()), 0440);
    EXPECT_TRUE(ring.protecting_key(by_systemd)) << "systemd guards the folder of its credentials itself";
}

TEST(KeyRing, NoticesEveryChangeOfItsLockFileAndWhatIsLeftOut) {
    using Change = void (*)(json::object& document);
    const Change changes[] = {
        [](json::object& document) { document["active"] = false; },
        [](json::object& document) { document.erase("active"); },
        [](json::object& document) { document.erase("proof"); },
        [](json::object& document) { document["proof"] = ""; },
        [](json::object& document) { document["proof"] = 7; },
        [](json::object& document) { document["more"] = "x"; },
        [](json::object& document) { document.at("keys").as_array()[0].as_object()["createdAt"] = 1; },
        [](json::object& document) {
            auto& keys = document.at("keys").as_array();
            json::value copy = keys[0];
            copy.as_object()["id"] = "0123456789abcdef";
            keys.push_back(std::move(copy));
        },
    };
    for (const auto change : changes) {
        Ring given;
        auto document = parse_json(*given.files.text_of(given.places.document))->as_object();
        change(document);
        given.files.put(given.places.document, json::serialize(document));
        const auto opened = given.ring().open(known_text, holder);
        ASSERT_FALSE(opened) << json::serialize(document);
        EXPECT_EQ(opened.error().code, Code::corrupt);
        EXPECT_TRUE(opened.error().message.contains("was changed by something else"))
            << opened.error().message;
        EXPECT_TRUE(opened.error().hint.contains("openclaw secrets seal"));
        // Who holds the key can take it as it stands.
        auto ring = given.ring();
        ASSERT_TRUE(ring.update([](std::optional<KeyDocument>& keys) -> Result<void> {
            keys->active = true;
            return {};
        }));
        EXPECT_TRUE(given.ring().open(known_text, holder));
    }
}

TEST(KeyRing, SpacesAndOrderOfLinesChangeNoLockFile) {
    Ring given;
    const auto document = parse_json(*given.files.text_of(given.places.document));
    given.files.put(given.places.document, "\xEF\xBB\xBF" + format_json(*document) + "\n\n");
    EXPECT_TRUE(given.ring().open(known_text, holder));
}

TEST(KeyRing, SealsNothingWithoutKeysAndFailsWhenTheyAreDamaged) {
    Ring given;
    ASSERT_TRUE(given.files.remove(given.places.document));
    EXPECT_FALSE(*given.ring().seals());
    EXPECT_EQ(given.ring().current().error().code, Code::not_found);
    given.files.put(given.places.document, "{}");
    EXPECT_EQ(given.ring().seals().error().code, Code::corrupt);
}

TEST(KeyRing, ForgetsAKeyThatWasDropped) {
    Ring given;
    auto ring = given.ring();
    ASSERT_TRUE(ring.open(known_text, holder));
    json::object document;
    const auto other = new_data_key();
    write_key_document(
        document,
        {.active = true, .current = other.id, .keys = {{other.id, noon, {{given.protection, "x"}}}}});
    given.files.put(given.places.document, json::serialize(document));
    EXPECT_EQ(ring.open(known_text, holder).error().code, Code::not_found);
}

TEST(KeyRing, TakesAPassphraseFromTheProcessButFromNoFileBesideTheStore) {
    const auto config = test::config_of("{}", {{"OPENCLAW_SEALING_PASSPHRASE", "correct horse"}});
    EXPECT_EQ(places_of(*config).passphrase, Secret("correct horse"));
    const auto beside =
        test::config_of(R"({"env": {"vars": {"OPENCLAW_SEALING_PASSPHRASE": "in the config"}}})");
    EXPECT_FALSE(places_of(*beside).passphrase);
    const auto service = test::config_of("{}", {{"CREDENTIALS_DIRECTORY", "/run/credentials/openclaw"}});
    EXPECT_EQ(places_of(*service).credential, Path("/run/credentials/openclaw/openclaw-sealing-key"));
}

TEST(OpenAll, OpensWhatIsSealedAndADamagedRecordCostsItselfOnly) {
    Ring given;
    std::vector<std::string> texts;
    std::string records;
    for (int number = 0; number < 5; ++number) {
        texts.push_back(*seal(Secret("secret-" + std::to_string(number)),
                              {"p:" + std::to_string(number), "key"}, known_key()));
        records += fmt::format(
            R"({}"p:{}":{{"type":"api_key","provider":"p","keyRef":{{"source":"sealed","provider":"default","id":"@{}"}}}})",
            number == 0 ? "" : ",", number, number);
    }
    const auto text_with = [&](const std::string& damaged) {
        auto text = R"({"version":1,"profiles":{)" + records + "}}";
        for (int number = 0; number < 5; ++number)
            text.replace(text.find("@" + std::to_string(number)), 2,
                         number == 2 ? damaged : texts[static_cast<std::size_t>(number)]);
        return text;
    };
    const auto config = test::config_of("{}");
    for (std::size_t at = 0; at < texts[2].size(); at += 3) {
        auto damaged = texts[2];
        damaged[at] = damaged[at] == 'x' ? 'y' : 'x';
        const auto store = *parse_store(parse_json(text_with(damaged))->as_object());
        auto ring = given.ring();
        SourceValues values;
        EXPECT_FALSE(open_all(values, store, *config, ring, noon));
        for (const auto& profile : store.profiles) {
            const auto* value = values.find(*profile.reference_of("key"), {profile.id.text, "key"});
            ASSERT_TRUE(value) << profile.id.text;
            if (profile.id.text == "p:2")
                EXPECT_FALSE(value->value || value->problem.empty()) << at;
            else
                EXPECT_EQ(value->value, Secret("secret-" + profile.id.text.substr(2)));
        }
    }
}

}  // namespace
}  // namespace openclaw::auth::sealed
