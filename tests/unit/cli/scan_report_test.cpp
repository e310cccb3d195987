#include "cli/commands/models/scan_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace openclaw::cli {
namespace {

using providers::openrouter::Scanned;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

std::vector<Scanned> models() {
    Scanned good{.offer = {.id = "m/good-70b:free", .name = "Good"}};
    good.offer.context_length = 131072;
    good.offer.size_b = 70;
    good.offer.modality = "text->text";
    good.tool = {.ok = true, .skipped = false, .latency = 1234ms};
    Scanned bad{.offer = {.id = "m/bad:free", .name = "Bad"}};
    bad.tool = {.ok = false, .skipped = false, .latency = 90ms, .error = "429: slow \x1b[2Jdown"};
    return {good, bad};
}

TEST(ScanReport, ShowsEachModelWithItsOutcome) {
    EXPECT_THAT(
        scan_text(models()),
        ElementsAre(
            "Scan results: tested 2, tool ok 1, image ok 0, tool+image ok 0, image only 0",
            "Model                                      Tool       Image      Ctx      Params   Notes",
            "openrouter/m/good-70b:free                 1.2s       skip       128k     70b      "
            "modality:text->text",
            R"(openrouter/m/bad:free                      fail       skip       -        -        )"
            R"(429: slow \x1b[2Jdown)",
            "warning: 1 of 2 models were not tried to the end: OpenRouter limits how often free "
            "models may be asked"));
}

TEST(ScanReport, HasTheMembersThatProgramsRead) {
    const auto document = scan_json(models(), {{"openrouter/m/good-70b:free"}, {}});
    std::vector<std::string> members;
    for (const auto& member : document) members.emplace_back(member.key());
    EXPECT_THAT(members,
                ElementsAre("selected", "selectedImages", "setDefault", "setImage", "results", "warnings"));
    const auto& row = document.at("results").at(0).as_object();
    members.clear();
    for (const auto& member : row) members.emplace_back(member.key());
    EXPECT_THAT(members,
                ElementsAre("id", "name", "provider", "modelRef", "contextLength", "maxCompletionTokens",
                            "supportedParametersCount", "supportsToolsMeta", "modality", "inferredParamB",
                            "createdAtMs", "pricing", "isFree", "tool", "image"));
    EXPECT_EQ(json::serialize(row.at("tool")), R"({"ok":true,"latencyMs":1234})");
    EXPECT_EQ(json::serialize(row.at("image")), R"({"ok":false,"latencyMs":null,"skipped":true})");
    EXPECT_TRUE(row.at("createdAtMs").is_null());
}

TEST(ScanReport, NamesTheFirstFailureAsTheReason) {
    EXPECT_EQ(first_failure(models()), R"(openrouter/m/bad:free: 429: slow \x1b[2Jdown)");
    EXPECT_EQ(first_failure({}), "");
}

}  // namespace
}  // namespace openclaw::cli
