#include "net/stream/server_pin.h"

#include <algorithm>

#include "base/digest.h"
#include "base/text.h"

namespace openclaw::net {

namespace {

constexpr std::size_t hash_digits = 64;
constexpr std::size_t shortest_bytes = 16;
constexpr std::string_view hex_digits = "0123456789abcdef";

}  // namespace

Result<ServerPin> ServerPin::parse(std::string_view text) {
    const auto written = lowered(trimmed(text));
    std::string_view rest = written;
    if (rest.starts_with("sha256:")) rest.remove_prefix(7);
    std::string digits;
    std::ranges::copy_if(rest, std::back_inserter(digits),
                         [](char c) { return hex_digits.find(c) != std::string_view::npos; });
    if (digits.size() != hash_digits)
        return hinted(fail(Code::invalid_input, "a fingerprint of a certificate has 64 digits, this one {}",
                           digits.size()),
                      "it is the SHA-256 of the certificate or of its key, such as sha256:3F:A9:…");
    return ServerPin(std::move(digits));
}

Result<ServerPin> ServerPin::beginning(std::string_view bytes) {
    if (bytes.size() < shortest_bytes || bytes.size() > hash_digits / 2)
        return fail(Code::internal, "a shortened fingerprint has {} bytes", bytes.size());
    return ServerPin(to_hex(bytes));
}

bool ServerPin::fits(const CertificateHashes& hashes) const {
    return hashes.certificate.starts_with(digits_) || hashes.key.starts_with(digits_);
}

}  // namespace openclaw::net
