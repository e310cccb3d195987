#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace openclaw::access {

// What is let in by an invitation: a computer, whose `openclaw gateway join` makes a key of its own, or a
// phone or browser, which gets a file with key and certificate.
enum class ClientKind : std::uint8_t { computer, phone };

constexpr std::size_t code_pin_bytes = 16;

// The code of an invitation. It carries what opens the door once and, for a computer, the beginning of the
// gateway's fingerprint, which is looked at before the code is sent anywhere.
struct InvitationCode {
    ClientKind kind = ClientKind::computer;
    std::string pin = {};  // a computer's: the first 16 bytes of the SHA-256 of a key in the gateway's chain
    std::string secret;    // 14 random bytes, or 10 of a phone's, which somebody may have to type

    static InvitationCode for_computer(std::string pin);
    static InvitationCode for_phone();

    // "ocj_" and 52 letters and digits, or "K7QF-3MXA-9PLD-0D3K-7QAB". Both end with a checksum.
    std::string text() const;
    std::string hash() const;  // SHA-256 of the secret, hex: what is kept of it
};

// Letters of either case; o is 0, i and l are 1; hyphens and blanks don't count. `invalid_input` when it was
// cut or mistyped.
Result<InvitationCode> parse_code(std::string_view text);

}  // namespace openclaw::access
