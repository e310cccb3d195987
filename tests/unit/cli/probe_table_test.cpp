#include "cli/commands/models/probe_table.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "base/text.h"

namespace openclaw::cli {
namespace {

json::object summary(const char* results) {
    auto parsed = parse_json(fmt::format(R"({{"durationMs":11000,"results":{}}})", results));
    return parsed->as_object();
}

TEST(ProbeTable, IsDrawnAsTheReferenceDrawsIt) {
    const auto lines = probe_table(
        summary(
            R"([{"provider":"corp","model":"corp/m1","label":"corp:bad","mode":"api_key","status":"auth","latencyMs":3480,"error":"401 Incorrect API key provided","reason":"auth"},
                    {"provider":"corp","model":"corp/m1","label":"corp:ok","mode":"api_key","status":"ok","latencyMs":478},
                    {"provider":"corp","label":"corp:none","mode":"token","status":"no_model","error":"No model available for probe","reason":"no_model"}])"),
        119);
    EXPECT_EQ(joined(lines, "\n"), R"(Auth probes
┌──────────────────┬────────────────────────┬──────────────────────────────────┐
│ Model            │ Profile                │ Status                           │
├──────────────────┼────────────────────────┼──────────────────────────────────┤
│ corp/m1          │ corp:bad (api_key)     │ auth · 3.5s                      │
│                  │                        │ ↳ 401 Incorrect API key provided │
│ corp/m1          │ corp:ok (api_key)      │ ok · 478ms                       │
│ corp/-           │ corp:none (token)      │ no_model · -                     │
│                  │                        │ ↳ No model available for probe   │
└──────────────────┴────────────────────────┴──────────────────────────────────┘
Probed 3 targets in 11s)");
}

TEST(ProbeTable, BreaksLongErrorsToFitAndNamesOurReason) {
    const auto lines = probe_table(
        summary(
            R"([{"provider":"corp","model":"corp/m1","label":"corp:x","mode":"api_key","status":"unknown","latencyMs":9,"error":"connection refused by a host whose name is very long indeed","reason":"network"}])"),
        60);
    for (const auto& line : lines)
        EXPECT_LE(std::ranges::count_if(line, [](char c) { return (c & 0xC0) != 0x80; }), 60) << line;
    EXPECT_NE(joined(lines, "\n").find("↳ network:"), std::string::npos);
    EXPECT_EQ(lines.back(), "Probed 1 target in 11s");
}

TEST(ProbeTable, SaysWhenThereIsNothing) {
    EXPECT_EQ(joined(probe_table(summary("[]"), 80), "|"), "Auth probes|- none|No probe targets.");
}

TEST(ProbeTable, WritesLatenciesShortly) {
    struct Example {
        std::int64_t ms;
        const char* text;
    };
    for (const auto& [ms, text] :
         {Example{0, "0ms"}, {999, "999ms"}, {1000, "1s"}, {3480, "3.5s"}, {11000, "11s"}, {9960, "10s"}})
        EXPECT_EQ(format_latency(ms), text);
}

}  // namespace
}  // namespace openclaw::cli
