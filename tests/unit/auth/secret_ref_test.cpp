#include "auth/profiles/secret_ref.h"

#include <gtest/gtest.h>

#include "auth/choice/resolver.h"
#include "support/config_builder.h"
#include "support/store_builder.h"

namespace openclaw::auth {
namespace {

using test::store_of;

json::object object_of(const std::string& text) {
    return parse_json(text)->as_object();
}

TEST(SecretRef, TakesWhatEachSourceCanHaveAndNothingElse) {
    struct Case {
        std::string text;
        bool fine;
    };
    const std::vector<Case> cases = {
        {R"({"source":"env","provider":"default","id":"OPENAI_API_KEY"})", true},
        {R"({"source":"env","id":"OPENAI_API_KEY"})", true},
        {R"({"source":"env","id":"openai_key"})", false},
        {R"({"source":"env","id":""})", false},
        {R"({"source":"file","provider":"vault","id":"/a/b"})", true},
        {R"({"source":"file","provider":"vault","id":"value"})", true},
        {R"({"source":"file","provider":"vault","id":"a/b"})", false},
        {R"({"source":"file","provider":"Vault","id":"/a"})", false},
        {R"({"source":"exec","provider":"v","id":"a/b#c"})", true},
        {R"({"source":"exec","provider":"v","id":"a/../b"})", false},
        {R"({"source":"exec","provider":"v","id":"-rf"})", false},
        {R"({"source":"exec","provider":"v","id":"a;b"})", false},
        {R"({"source":"sealed","id":"v1.abc"})", true},
        {R"({"source":"sealed","id":""})", false},
        {R"({"source":"web","id":"x"})", false},
        {R"({"id":"x"})", false},
    };
    for (const auto& one : cases)
        EXPECT_EQ(parse_secret_ref(object_of(one.text)).has_value(), one.fine) << one.text;
}

TEST(SecretRef, SurvivesAWriteAndLeavesNoValueBesideIt) {
    auto document = object_of(
        R"({"version":1,"profiles":{"openai:a":{"type":"api_key","provider":"openai","key":"sk-plain","own":1}}})");
    auto profile = parse_store(document)->profiles.at(0);
    profile.references.emplace("key", SecretRef{SecretRef::Source::file, "vault", "/openai"});
    put_profile(document, profile);
    const auto text = json::serialize(document);
    EXPECT_EQ(text.find("sk-plain"), std::string::npos);
    const auto again = parse_store(document);
    ASSERT_EQ(again->profiles.size(), 1u);
    EXPECT_EQ(again->profiles[0].references, profile.references);
    EXPECT_NE(text.find("\"own\":1"), std::string::npos);
}

TEST(SecretRef, ThatIsMalformedCostsItsRecordOnly) {
    const auto store = store_of(R"({"version":1,"profiles":{
        "openai:a":{"type":"api_key","provider":"openai","keyRef":{"source":"web","id":"x"}},
        "openai:b":{"type":"api_key","provider":"openai","key":"sk-b"}}})");
    ASSERT_EQ(store.damaged.size(), 1u);
    EXPECT_EQ(store.damaged[0].problem, "keyRef: source is not one of env, file, exec, sealed");
    EXPECT_EQ(store.profiles.size(), 1u);
}

TEST(SecretRef, IsUsedWithTheValueItsSourceGaveAndUnavailableWithoutOne) {
    const auto store = store_of(R"({"version":1,"profiles":{
        "openai:a":{"type":"api_key","provider":"openai","keyRef":{"source":"file","provider":"vault","id":"/a"}},
        "openai:b":{"type":"api_key","provider":"openai","keyRef":{"source":"file","provider":"vault","id":"/b"}}}})");
    const auto config = test::config_of("{}");
    auto values = std::make_shared<SourceValues>();
    values->set({SecretRef::Source::file, "vault", "/a"}, {}, {.problem = "no such file"});
    values->set({SecretRef::Source::file, "vault", "/b"}, {}, {.value = Secret("sk-from-file")});
    ResolveRequest request;
    request.provider = "openai";
    const auto resolution = resolve(request, store, *config, test::noon, Surroundings{.values = values});
    ASSERT_NE(resolution.chosen(), nullptr);
    EXPECT_EQ(resolution.chosen()->profile.text, "openai:b");
    EXPECT_EQ(*resolution.chosen()->secret, Secret("sk-from-file"));
    EXPECT_EQ(resolution.candidates[1].verdict, Verdict::unavailable);
    EXPECT_EQ(resolution.candidates[1].reason, "file vault /a: no such file");
}

TEST(SecretRef, OfSealedKindIsFoundOnlyWhereItStands) {
    const SecretRef sealed{SecretRef::Source::sealed, "default", "v1.k.abc"};
    SourceValues values;
    values.set(sealed, {"openai:a", "key"}, {.value = Secret("sk-a")});
    EXPECT_NE(values.find(sealed, {"openai:a", "key"}), nullptr);
    EXPECT_EQ(values.find(sealed, {"openai:b", "key"}), nullptr);
}

}  // namespace
}  // namespace openclaw::auth
