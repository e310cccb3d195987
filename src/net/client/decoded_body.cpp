#include "net/client/decoded_body.h"

#include <zlib.h>

#include "base/text.h"

namespace openclaw::net {
namespace {

constexpr std::size_t piece_bytes = 64 * 1024;
constexpr std::size_t silent_max = 1u << 20;  // so many bytes in a row that give no text are no answer
constexpr std::size_t mark_bytes = 2;         // by which a coding shows
constexpr int any_header = MAX_WBITS + 32;    // zlib's word for "gzip or zlib, as the bytes say"

bool is_gzip(std::string_view bytes) {
    return bytes.starts_with("\x1f\x8b");
}

// RFC 1950, section 2.2: the method, and a check over both bytes. No JSON, event or page begins so.
bool is_zlib(std::string_view bytes) {
    if (bytes.size() < mark_bytes) return false;
    const auto first = static_cast<unsigned char>(bytes[0]), second = static_cast<unsigned char>(bytes[1]);
    return (first & 0x0fU) == Z_DEFLATED && (first * 256U + second) % 31U == 0;
}

// Takes gzip or zlib off, piece by piece.
class Inflater {
public:
    Inflater() { usable_ = inflateInit2(&stream_, any_header) == Z_OK; }
    ~Inflater() { inflateEnd(&stream_); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    void feed(std::string bytes) {
        // Behind an end, the first byte of another text may have come before.
        if (ended_ && stream_.avail_in == 1) bytes.insert(bytes.begin(), static_cast<char>(*stream_.next_in));
        input_ = std::move(bytes);
        stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
        stream_.avail_in = static_cast<uInt>(input_.size());
    }
    bool ended() const { return ended_; }

    // What can be said now; empty when more input is needed.
    Result<std::string> take() {
        if (ended_ && !begins_again()) return std::string();
        std::string piece(piece_bytes, '\0');
        stream_.next_out = reinterpret_cast<Bytef*>(piece.data());
        stream_.avail_out = static_cast<uInt>(piece.size());
        const int outcome = usable_ ? inflate(&stream_, Z_SYNC_FLUSH) : Z_MEM_ERROR;
        if (outcome != Z_OK && outcome != Z_STREAM_END && outcome != Z_BUF_ERROR)
            return fail(Code::unavailable, "the compressed answer is damaged");
        ended_ = outcome == Z_STREAM_END;
        piece.resize(piece.size() - stream_.avail_out);
        return piece;
    }

private:
    // Several compressed texts may follow one another; whatever else stands behind an end is nothing.
    bool begins_again() {
        const std::string_view rest(reinterpret_cast<const char*>(stream_.next_in), stream_.avail_in);
        if (!is_gzip(rest) || inflateReset(&stream_) != Z_OK) return false;
        ended_ = false;
        return true;
    }

    z_stream stream_{};
    std::string input_;
    bool usable_ = false;
    bool ended_ = false;
};

class DecodedBody final : public ResponseBody {
public:
    explicit DecodedBody(std::unique_ptr<ResponseBody> body) : body_(std::move(body)) {}

    // A piece that gives no text yet, or never will, is an empty one: whoever reads looks at his clock then.
    Task<Result<std::optional<std::string>>> next() override {
        if (inflater_) {
            auto left = inflater_->take();
            if (!left) co_return std::unexpected(left.error());
            if (!left->empty()) co_return std::move(*left);
        }
        auto came = co_await body_->next();
        if (!came) co_return std::unexpected(came.error());
        if (!*came) co_return end();
        if (decided_ && !inflater_) co_return came;
        co_return inflated(std::move(**came));
    }

private:
    Result<std::optional<std::string>> inflated(std::string came) {
        silent_ += came.size();
        if (inflater_) {
            inflater_->feed(std::move(came));
        } else if (auto plain = decide(std::move(came)); !inflater_) {
            return plain;
        }
        auto piece = inflater_->take();
        if (!piece) return std::unexpected(piece.error());
        if (!piece->empty()) silent_ = 0;
        if (silent_ > silent_max) return fail(Code::unavailable, "the compressed answer is damaged");
        return std::move(*piece);
    }

    // Holds the first bytes back until they show a coding; otherwise they are the body.
    std::string decide(std::string came) {
        begin_ += came;
        if (begin_.size() < mark_bytes) return {};
        decided_ = true;
        if (!is_gzip(begin_) && !is_zlib(begin_)) return std::exchange(begin_, {});
        inflater_.emplace();
        inflater_->feed(std::exchange(begin_, {}));
        return {};
    }

    Result<std::optional<std::string>> end() {
        if (inflater_ && !inflater_->ended())
            return fail(Code::unavailable, "the compressed answer was cut short");
        if (begin_.empty()) return std::nullopt;
        return std::exchange(begin_, {});
    }

    std::unique_ptr<ResponseBody> body_;
    std::string begin_;
    bool decided_ = false;
    std::optional<Inflater> inflater_;
    std::size_t silent_ = 0;  // bytes since the last text
};

class UnreadableBody final : public ResponseBody {
public:
    explicit UnreadableBody(std::string coding) : coding_(std::move(coding)) {}
    Task<Result<std::optional<std::string>>> next() override {
        co_return fail(Code::unavailable, "the answer came coded as {}, though no coding was asked for",
                       coding_);
    }

private:
    std::string coding_;
};

}  // namespace

std::unique_ptr<ResponseBody> decoded_body(std::unique_ptr<ResponseBody> body, Headers& headers) {
    const auto field = headers.find("content-encoding");
    if (!field) return body;
    const auto coding = lowered(trimmed(*field));
    headers.remove("content-encoding");
    if (coding.empty() || coding == "identity") return body;
    if (coding == "gzip" || coding == "x-gzip" || coding == "deflate")
        return std::make_unique<DecodedBody>(std::move(body));
    return std::make_unique<UnreadableBody>(printable(shortened(coding, 40)));
}

}  // namespace openclaw::net
