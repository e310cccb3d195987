#include "net/http/sse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace openclaw::net {

namespace {

struct Event {
    std::string event, data;
    bool operator==(const Event&) const = default;
};
using Events = std::vector<Event>;

void PrintTo(const Event& event, std::ostream* out) {
    *out << "{" << event.event << "|" << event.data << "}";
}

const SseParser::Take nobody = [](const SseEvent&) {};

Events parsed_in_pieces(std::string_view text, std::size_t piece) {
    SseParser parser;
    Events all;
    const auto keep = [&](const SseEvent& event) {
        all.push_back({std::string(event.event), std::string(event.data)});
    };
    for (; !text.empty(); text.remove_prefix(std::min(piece, text.size())))
        EXPECT_TRUE(parser.feed(text.substr(0, piece), keep));
    return all;
}

struct Case {
    std::string_view text;
    Events events;
};

TEST(SseParser, GivesTheSameEventsForAnySplit) {
    const std::vector<Case> cases{
        {"data: a\n\n", {{"", "a"}}},
        {"data: a\r\n\r\ndata: b\r\rdata: c\n\n", {{"", "a"}, {"", "b"}, {"", "c"}}},
        {"\xEF\xBB\xBF"
         "data: a\n\n",
         {{"", "a"}}},
        {"data: a\n\n\xEF\xBB\xBF"
         "data: b\n\n",
         {{"", "a"}}},
        {": a comment\ndata: a\n: another\ndata: b\n\n", {{"", "a\nb"}}},
        {"event: delta\ndata: {\"x\":1}\n\ndata: later\n\n", {{"delta", "{\"x\":1}"}, {"", "later"}}},
        {"event: lost\n\ndata: kept\n\n", {{"", "kept"}}},
        {"data\n\ndata:\ndata:\n\n", {{"", ""}, {"", "\n"}}},
        {"data:  two blanks\n\n", {{"", " two blanks"}}},
        {"id: 7\nretry: 10\ndatax: no\ndata: yes\n\n", {{"", "yes"}}},
        {"data: unfinished", {}},
        {"data: [DONE]\n\n", {{"", "[DONE]"}}},
    };
    for (const Case& each : cases) {
        for (std::size_t piece = 1; piece <= each.text.size(); ++piece) {
            EXPECT_EQ(parsed_in_pieces(each.text, piece), each.events) << each.text << " by " << piece;
        }
    }
}

TEST(SseParser, KnowsThatItStandsInTheMiddleOfAnEvent) {
    for (const std::string_view cut : {"data: a\n\ndata", "data: a\n\ndata: b\n", "event: x\n"}) {
        SseParser parser;
        ASSERT_TRUE(parser.feed(cut, nobody));
        EXPECT_TRUE(parser.mid_event()) << cut;
    }
    SseParser parser;
    ASSERT_TRUE(parser.feed("data: a\r\n\r\n: bye\n", nobody));
    EXPECT_FALSE(parser.mid_event());
}

TEST(SseParser, RefusesAnEventPastTheBoundHoweverItIsMadeUp) {
    const std::string long_line = "data: " + std::string(200, 'x');
    std::string many_lines;
    for (int i = 0; i < 60; ++i) many_lines += "data:\n";
    many_lines += "data: " + std::string(60, 'x') + "\n";
    for (const std::string& text : {long_line, many_lines}) {
        SseParser parser(100);
        EXPECT_TRUE(parser.feed("data: small\n\n", nobody));
        const auto read = parser.feed(text, nobody);
        ASSERT_FALSE(read);
        EXPECT_EQ(read.error().code, Code::too_large);
        EXPECT_FALSE(parser.feed("\n\ndata: after\n\n", nobody));
    }
}

TEST(SseFormat, IsReadBackAsItWas) {
    const Events events{{"", "plain"}, {"delta", "two\nlines"}, {"", ""}, {"end", "last\n"}};
    std::string wire;
    for (const Event& event : events) wire += format_sse(event.data, event.event);
    EXPECT_EQ(parsed_in_pieces(wire, 3), events);
}

TEST(SseFormat, CannotBeBrokenOutOfByAnyLineBreak) {
    EXPECT_EQ(format_sse("a\r\nevent: evil\rb"), "data: a\ndata: event: evil\ndata: b\n\n");
}

}  // namespace
}  // namespace openclaw::net
