#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace openclaw::net {

enum class WebSocketRole { server, client };

// Frames as bytes. Source: RFC 6455, section 5.
enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

using Mask = std::array<char, 4>;

// Appends a whole, unfragmented frame; with a mask when we are the client.
void append_frame(std::string& out, Opcode opcode, std::string_view payload, std::optional<Mask> mask);
std::string close_payload(int code, std::string_view reason);  // cut to what a control frame holds

// A broken rule, and the code to close with.
struct WebSocketFault {
    int code = 1002;
    std::string_view reason;
};

struct WebSocketEvent {
    Opcode opcode = Opcode::text;  // text, binary, close, ping or pong
    std::string data;              // of close: the reason
    int code = 1005;               // of close
};

// Puts messages together from bytes in pieces of any size. Refuses: frames masked the wrong way, reserved
// bits and opcodes, fragmented or long control frames, continuations out of place (1002), text and close
// reasons that aren't UTF-8 (1007), messages over the bound (1009, as soon as it is announced).
class WebSocketDecoder {
public:
    WebSocketDecoder(WebSocketRole role, std::size_t message_max) : role_(role), message_max_(message_max) {}
    // Takes bytes off the front until an event is complete or none is left. After a fault, don't go on.
    std::expected<std::optional<WebSocketEvent>, WebSocketFault> next(std::string_view& bytes);
    void set_message_max(std::size_t message_max) { message_max_ = message_max; }
    bool mid_message() const { return header_size_ > 0 || in_frame_ || fragmented_; }

private:
    using Outcome = std::expected<std::optional<WebSocketEvent>, WebSocketFault>;
    bool take_header(std::string_view& bytes);
    std::expected<void, WebSocketFault> begin_frame();
    void take_payload(std::string_view& bytes);
    Outcome end_frame();
    Outcome end_close();
    std::size_t header_need() const;

    WebSocketRole role_;
    std::size_t message_max_;
    std::array<char, 14> header_{};
    std::size_t header_size_ = 0;
    bool in_frame_ = false;
    bool final_ = false;
    bool fragmented_ = false;  // a message has begun and waits for its continuation
    Opcode opcode_ = Opcode::text;
    Opcode message_opcode_ = Opcode::text;
    std::uint64_t left_ = 0;
    std::optional<Mask> mask_;
    std::size_t mask_at_ = 0;
    std::string message_;
    std::string control_;
};

}  // namespace openclaw::net
