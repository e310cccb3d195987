#include "net/http/route.h"

#include <gtest/gtest.h>

namespace openclaw::net {
namespace {

TEST(PathPattern, WithoutHolesMatchesItselfAlone) {
    constexpr PathPattern pattern = "/v1/chat/completions";
    EXPECT_TRUE(pattern.match("/v1/chat/completions"));
    EXPECT_TRUE(pattern.match("/v1/chat/completions")->empty());
    for (const char* other :
         {"", "/", "/v1/chat", "/v1/chat/completions/", "/v1/chat/Completions", "//v1/chat/completions",
          "/v1//chat/completions", "/v1/chat/completions/x", "v1/chat/completions", "/v1/chat/completion%73"})
        EXPECT_FALSE(pattern.match(other)) << other;
    EXPECT_TRUE(PathPattern("/").match("/"));
    EXPECT_FALSE(PathPattern("/").match(""));
}

TEST(PathPattern, NamesWhatStandsInItsHoles) {
    struct Case {
        const char* pattern;
        const char* path;
        const char* name;
        const char* value;
    };
    for (const auto& [pattern, path, name, value] : {
             Case{"/models/{id}", "/models/gpt-4.1", "id", "gpt-4.1"},
             Case{"/models/{id}", "/models/anthropic%2Fclaude", "id", "anthropic/claude"},
             Case{"/models/{id}", "/models/b%c3%bcro", "id", "b\xc3\xbcro"},
             Case{"/models/{id}/files", "/models/x/files", "id", "x"},
             Case{"/v1beta/models/{model}:generateContent", "/v1beta/models/gemini:generateContent", "model",
                  "gemini"},
             Case{"/v1beta/models/{model}:generateContent", "/v1beta/models/gpt-oss:20b:generateContent",
                  "model", "gpt-oss:20b"},
             Case{"/hooks/on-{what}.json", "/hooks/on-push.json", "what", "push"},
             Case{"/{agent}/runs/{run}", "/main/runs/7", "run", "7"},
             Case{"/{agent}/runs/{run}", "/main/runs/7", "agent", "main"},
         }) {
        const auto values = PathPattern(pattern).match(path);
        ASSERT_TRUE(values) << pattern << " " << path;
        EXPECT_EQ(values->find(name), value) << pattern << " " << path;
        EXPECT_FALSE(values->find("other"));
    }
}

TEST(PathPattern, AHoleTakesNoSlashNothingEmptyAndNoBrokenText) {
    constexpr PathPattern models = "/v1beta/models/{model}:generateContent";
    for (const char* path :
         {"/v1beta/models/:generateContent", "/v1beta/models/a/b:generateContent",
          "/v1beta/models/a:streamGenerateContent", "/v1beta/models/a", "/v1beta/models/a:generateContent/",
          "/v1beta/models/a%0:generateContent", "/v1beta/models/a%zz:generateContent",
          "/v1beta/models/%00:generateContent", "/v1beta/models/%0d%0a:generateContent",
          "/v1beta/models/%7f:generateContent", "/v1beta/models/%ff:generateContent"})
        EXPECT_FALSE(models.match(path)) << path;
    EXPECT_FALSE(PathPattern("/models/{id}").match("/models/a%4"));
    EXPECT_FALSE(PathPattern("/models/{id}").match("/models/"));
}

}  // namespace
}  // namespace openclaw::net
