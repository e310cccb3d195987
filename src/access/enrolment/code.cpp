#include "access/enrolment/code.h"

#include <sodium.h>

#include <array>

#include "base/digest.h"
#include "base/random.h"
#include "base/text.h"

namespace openclaw::access {

namespace {

// Without the letters that are taken for digits, and u.
constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::string_view computer_prefix = "ocj_";
constexpr std::size_t computer_secret_bytes = 14, phone_secret_bytes = 10, check_digits = 4;
constexpr std::size_t group_digits = 4;  // of a phone's

// Five bits a digit. What doesn't fill one at the end is left out.
std::string digits_of(std::string_view bytes) {
    std::string text;
    unsigned bits = 0, count = 0;
    for (const char byte : bytes) {
        bits = (bits << 8U | static_cast<unsigned char>(byte)) & 0xFFFU;
        for (count += 8; count >= 5; count -= 5) text += alphabet[bits >> (count - 5) & 31U];
    }
    return text;
}

std::string bytes_of(std::string_view digits) {
    std::string bytes;
    unsigned bits = 0, count = 0;
    for (const char digit : digits) {
        bits = (bits << 5U | static_cast<unsigned>(alphabet.find(digit))) & 0xFFFU;
        count += 5;
        if (count < 8) continue;
        count -= 8;
        bytes += static_cast<char>(bits >> count & 255U);
    }
    return bytes;
}

std::string check_of(std::string_view payload) {
    return digits_of(sha256(fmt::format("openclaw invitation {}", payload))).substr(0, check_digits);
}

// What was typed, in our alphabet; nothing when a sign is none of it.
std::string plain_digits(std::string_view text) {
    std::string digits;
    for (char sign : lowered(text)) {
        if (sign == '-' || sign == ' ') continue;
        if (sign == 'o') sign = '0';
        if (sign == 'i' || sign == 'l') sign = '1';
        if (!alphabet.contains(sign)) return {};
        digits += sign;
    }
    return digits;
}

std::string in_groups(std::string_view digits) {
    std::string text;
    for (std::size_t i = 0; i < digits.size(); i += group_digits) {
        if (i > 0) text += '-';
        text += digits.substr(i, group_digits);
    }
    for (char& sign : text)
        if (sign >= 'a') sign = static_cast<char>(sign - 'a' + 'A');
    return text;
}

constexpr std::size_t digits_in(std::size_t bytes) {
    return bytes * 8 / 5 + check_digits;
}

}  // namespace

InvitationCode InvitationCode::for_computer(std::string pin) {
    return {
        .kind = ClientKind::computer, .pin = std::move(pin), .secret = random_bytes(computer_secret_bytes)};
}

InvitationCode InvitationCode::for_phone() {
    return {.kind = ClientKind::phone, .pin = {}, .secret = random_bytes(phone_secret_bytes)};
}

std::string InvitationCode::text() const {
    const auto payload = digits_of(pin + secret);
    const auto whole = payload + check_of(payload);
    return kind == ClientKind::phone ? in_groups(whole) : std::string(computer_prefix) + whole;
}

std::string InvitationCode::hash() const {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const char byte : sha256(secret)) {
        text += digits[static_cast<unsigned char>(byte) >> 4U];
        text += digits[static_cast<unsigned char>(byte) & 15U];
    }
    return text;
}

Result<InvitationCode> parse_code(std::string_view text) {
    text = trimmed(text);
    const bool computer = lowered(text.substr(0, computer_prefix.size())) == computer_prefix;
    if (computer) text.remove_prefix(computer_prefix.size());
    const auto digits = plain_digits(text);
    const auto wanted =
        computer ? digits_in(code_pin_bytes + computer_secret_bytes) : digits_in(phone_secret_bytes);
    const auto payload =
        std::string_view(digits).substr(0, digits.size() - std::min(digits.size(), check_digits));
    if (digits.size() != wanted || check_of(payload) != digits.substr(payload.size()))
        return hinted(fail(Code::invalid_input, "this code is cut or mistyped"),
                      "copy it again, whole, as the other terminal shows it");
    const auto bytes = bytes_of(payload);
    if (!computer) return InvitationCode{.kind = ClientKind::phone, .pin = {}, .secret = bytes};
    return InvitationCode{.kind = ClientKind::computer,
                          .pin = bytes.substr(0, code_pin_bytes),
                          .secret = bytes.substr(code_pin_bytes)};
}

}  // namespace openclaw::access
