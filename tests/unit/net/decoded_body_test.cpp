#include "net/client/decoded_body.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <deque>

namespace openclaw::net {
namespace {

constexpr int as_gzip = MAX_WBITS + 16, as_zlib = MAX_WBITS;

std::string compressed(const std::string& text, int format = as_gzip) {
    z_stream stream{};
    EXPECT_EQ(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, format, 8, Z_DEFAULT_STRATEGY), Z_OK);
    std::string out(deflateBound(&stream, text.size()), '\0');
    std::string input = text;
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(out.size() - stream.avail_out);
    deflateEnd(&stream);
    return out;
}

class Pieces final : public ResponseBody {
public:
    explicit Pieces(std::deque<std::string> pieces) : pieces_(std::move(pieces)) {}
    Task<Result<std::optional<std::string>>> next() override {
        if (pieces_.empty()) co_return std::nullopt;
        auto piece = std::move(pieces_.front());
        pieces_.pop_front();
        co_return piece;
    }

private:
    std::deque<std::string> pieces_;
};

std::deque<std::string> in_pieces_of(std::size_t size, const std::string& bytes) {
    std::deque<std::string> pieces;
    for (std::size_t at = 0; at < bytes.size(); at += size) pieces.push_back(bytes.substr(at, size));
    return pieces;
}

Result<std::string> read(const std::string& coding, std::deque<std::string> pieces,
                         std::size_t bytes_max = 1 << 20) {
    Loop loop;
    Headers headers{{"Content-Encoding", coding}, {"x", "y"}};
    const auto body = decoded_body(std::make_unique<Pieces>(std::move(pieces)), headers);
    EXPECT_EQ(headers.find("content-encoding"), std::nullopt);
    EXPECT_EQ(headers.find("x"), "y");
    return loop.run_until(read_all(*body, bytes_max));
}

const std::string text = "data: {\"a\":1}\n\ndata: [DONE]\n\n";

TEST(DecodedBody, TakesOffACodingInPiecesOfAnySize) {
    for (const std::size_t size : {1u, 2u, 7u, 4096u}) {
        EXPECT_EQ(read("gzip", in_pieces_of(size, compressed(text))).value_or("failed"), text) << size;
        EXPECT_EQ(read("X-GZIP", in_pieces_of(size, compressed(text))).value_or("failed"), text) << size;
        EXPECT_EQ(read("deflate", in_pieces_of(size, compressed(text, as_zlib))).value_or("failed"), text);
    }
    EXPECT_EQ(read("gzip", in_pieces_of(5, compressed("one ") + compressed("two"))).value_or("failed"),
              "one two");
}

TEST(DecodedBody, LeavesBytesThatHaveNoCoding) {
    for (const auto* coding : {"gzip", "deflate", "identity", ""}) {
        for (const std::string plain : {"{\"id\":1}", "data: x\n\n", "x", ""})
            EXPECT_EQ(read(coding, in_pieces_of(3, plain)).value_or("failed"), plain) << coding;
    }
}

TEST(DecodedBody, GivesAPieceAsSoonAsItCame) {
    z_stream stream{};
    ASSERT_EQ(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, as_gzip, 8, Z_DEFAULT_STRATEGY), Z_OK);
    std::string first = text, out(4096, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(first.data());
    stream.avail_in = static_cast<uInt>(first.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    ASSERT_EQ(deflate(&stream, Z_SYNC_FLUSH), Z_OK);  // an event is out, and the stream goes on
    out.resize(out.size() - stream.avail_out);
    deflateEnd(&stream);
    Loop loop;
    Headers headers{{"content-encoding", "gzip"}};
    const auto body = decoded_body(std::make_unique<Pieces>(std::deque<std::string>{out}), headers);
    const auto piece = loop.run_until(body->next());
    ASSERT_TRUE(piece);
    EXPECT_EQ(*piece, text);
    EXPECT_FALSE(loop.run_until(body->next())) << "and then it was cut";
}

TEST(DecodedBody, FailsWhenItIsCutOrDamaged) {
    auto bytes = compressed(std::string(5000, 'x') + text);
    EXPECT_FALSE(read("gzip", {bytes.substr(0, bytes.size() - 1)}));
    bytes[bytes.size() / 2] = static_cast<char>(~bytes[bytes.size() / 2]);
    EXPECT_FALSE(read("gzip", {bytes}));
    EXPECT_FALSE(read("gzip", {std::string("\x1f\x8b") + "no gzip at all, for all that"}));
}

TEST(DecodedBody, UnfoldsNoMoreThanItsReaderTakes) {
    const auto bomb = compressed(std::string(64u << 20, 'x'));
    ASSERT_LT(bomb.size(), 1u << 20);
    const auto answer = read("gzip", {bomb}, 1 << 20);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Code::too_large);
    Loop loop;
    Headers headers{{"content-encoding", "gzip"}};
    const auto body = decoded_body(std::make_unique<Pieces>(std::deque<std::string>{bomb}), headers);
    const auto piece = loop.run_until(body->next());
    ASSERT_TRUE(piece && *piece);
    EXPECT_LE((*piece)->size(), 64u << 10);
}

TEST(DecodedBody, NamesACodingThatNobodyAskedFor) {
    for (const auto* coding : {"br", "zstd", "gzip, gzip"}) {
        const auto answer = read(coding, {"whatever"});
        ASSERT_FALSE(answer);
        EXPECT_THAT(answer.error().message, testing::HasSubstr(fmt::format("coded as {}", coding)));
    }
}

}  // namespace
}  // namespace openclaw::net
