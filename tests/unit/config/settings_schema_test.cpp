#include "config/settings/settings_schema.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "config/settings/settings.h"

namespace openclaw::config {
namespace {

// The part of the schema that a setting's key leads to.
const json::object* part_of(const json::object& schema, std::string_view key) {
    const auto* here = &schema;
    for (auto part : split(key, '.')) {
        const bool is_list = part.ends_with("[]");
        if (is_list) part.remove_suffix(2);
        const auto* next = part == "*" ? object_at(*here, "additionalProperties") : nullptr;
        if (const auto* members = part == "*" ? nullptr : object_at(*here, "properties"))
            next = object_at(*members, part);
        if (next && is_list) next = object_at(*next, "items");
        if (!next) return nullptr;
        here = next;
    }
    return here;
}

// What programs write for themselves, and people don't.
bool is_a_note(const Setting& setting) {
    return setting.key == "$schema" || setting.key == "meta" || setting.key == "wizard";
}

TEST(SettingsSchema, HasAPlaceForEachSettingThatHasAnEffect) {
    const auto schema = settings_schema();
    const auto hints = settings_hints();
    for (const auto& setting : all_settings()) {
        if (setting.effect != Effect::full || is_a_note(setting)) continue;
        const auto* part = part_of(schema, setting.key);
        ASSERT_TRUE(part) << setting.key;
        EXPECT_EQ(string_at(*part, "description").value_or(""), setting.help) << setting.key;
        const auto* hint = object_at(hints, setting.key);
        ASSERT_TRUE(hint) << setting.key;
        EXPECT_EQ(bool_at(*hint, "sensitive").value_or(false), setting.secret) << setting.key;
        EXPECT_FALSE(string_at(*hint, "label").value_or("").empty()) << setting.key;
    }
}

TEST(SettingsSchema, OffersNothingThatIsRefusedOrWithoutEffect) {
    const auto schema = settings_schema();
    for (const auto& setting : all_settings())
        if (is_a_note(setting) || (setting.effect != Effect::full && !has_settings_below(setting.key)))
            EXPECT_FALSE(part_of(schema, setting.key)) << setting.key;
}

TEST(SettingsSchema, SaysTypesBoundsChoicesAndDefaults) {
    const auto schema = settings_schema();
    EXPECT_EQ(string_at(schema, "$schema"), "http://json-schema.org/draft-07/schema#");
    const auto& port = *part_of(schema, "gateway.port");
    EXPECT_EQ(string_at(port, "type"), "integer");
    EXPECT_EQ(integer_at(port, "minimum"), 1);
    EXPECT_EQ(integer_at(port, "maximum"), 65535);
    EXPECT_EQ(integer_at(port, "default"), 18789);
    const auto& bind = *part_of(schema, "gateway.bind");
    EXPECT_EQ(json::serialize(*array_at(bind, "enum")), R"(["auto","lan","loopback","custom","tailnet"])");
    EXPECT_EQ(json::serialize(*array_at(*part_of(schema, "gateway.auth.token"), "type")),
              R"(["string","object"])");
    EXPECT_EQ(json::serialize(*array_at(*part_of(schema, "agents.defaults.model"), "type")),
              R"(["object","string"])");
    EXPECT_EQ(string_at(*part_of(schema, "gateway.controlUi.allowedOrigins"), "type"), "array");
    EXPECT_TRUE(part_of(schema, "agents.entries.*.identity.name"));
    EXPECT_EQ(string_at(*object_at(settings_hints(), "gateway.customBindHost"), "label"), "Custom Bind Host");
}

}  // namespace
}  // namespace openclaw::config
