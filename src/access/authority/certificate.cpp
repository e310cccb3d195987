#include "access/authority/certificate.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <bit>
#include <ctime>
#include <optional>

#include "access/authority/openssl.h"
#include "base/digest.h"
#include "base/text.h"

namespace openclaw::access {

namespace {

constexpr std::size_t certificate_bytes_max = 64u << 10;
constexpr std::size_t certificates_max = 16;

std::string serial_of(const X509* certificate) {
    const Owned<BIGNUM> number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
    if (!number) return {};
    char* hex = BN_bn2hex(number.get());
    std::string text = lowered(hex ? hex : "");
    OPENSSL_free(hex);
    text.erase(0, std::min(text.find_first_not_of('0'), text.size() - 1));
    return text;
}

std::string common_name_of(const X509* certificate) {
    const auto* name = X509_get_subject_name(certificate);
    const int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (at < 0) return {};
    unsigned char* text = nullptr;
    const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    std::string result;
    if (size > 0) result.assign(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size));
    OPENSSL_free(text);
    return result;
}

std::optional<TimePoint> time_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
    return TimePoint(std::chrono::seconds(timegm(&parts)));
}

std::string_view view_of(const ASN1_STRING* text) {
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
            static_cast<std::size_t>(ASN1_STRING_length(text))};
}

// "192.168.1.20"; empty unless it is 4 or 16 bytes.
std::string literal_of(std::string_view bytes) {
    char text[INET6_ADDRSTRLEN] = {};
    if (bytes.size() == 4) inet_ntop(AF_INET, bytes.data(), text, sizeof text);
    if (bytes.size() == 16) inet_ntop(AF_INET6, bytes.data(), text, sizeof text);
    return text;
}

// Of an address and a mask: "10.0.0.0/8".
std::string network_of(std::string_view bytes) {
    int bits = 0;
    for (const char byte : bytes.substr(bytes.size() / 2))
        bits += std::popcount(static_cast<unsigned char>(byte));
    return fmt::format("{}/{}", literal_of(bytes.substr(0, bytes.size() / 2)), bits);
}

void read_names(const X509* certificate, CertificateFacts& facts) {
    const Owned<GENERAL_NAMES> names(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
    for (int at = 0; at < sk_GENERAL_NAME_num(names.get()); ++at) {
        const auto* name = sk_GENERAL_NAME_value(names.get(), at);
        if (name->type == GEN_DNS) facts.names.dns.emplace_back(view_of(name->d.dNSName));
        if (name->type == GEN_URI) facts.uris.emplace_back(view_of(name->d.uniformResourceIdentifier));
        if (name->type == GEN_IPADD) facts.names.addresses.push_back(literal_of(view_of(name->d.iPAddress)));
    }
}

void read_constraints(const X509* certificate, CertificateFacts& facts) {
    const Owned<NAME_CONSTRAINTS> constraints(static_cast<NAME_CONSTRAINTS*>(
        X509_get_ext_d2i(certificate, NID_name_constraints, nullptr, nullptr)));
    if (!constraints) return;
    for (int at = 0; at < sk_GENERAL_SUBTREE_num(constraints->permittedSubtrees); ++at) {
        const auto* base = sk_GENERAL_SUBTREE_value(constraints->permittedSubtrees, at)->base;
        if (base->type == GEN_DNS) facts.permitted.dns.emplace_back(view_of(base->d.dNSName));
        if (base->type == GEN_IPADD)
            facts.permitted.addresses.push_back(network_of(view_of(base->d.iPAddress)));
    }
}

}  // namespace

Owned<X509> parsed_certificate(std::string_view der) {
    if (der.size() > certificate_bytes_max) return nullptr;
    const auto* at = bytes_of(der);
    Owned<X509> certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    ERR_clear_error();
    if (at != bytes_of(der) + der.size()) certificate.reset();
    return certificate;
}

Owned<EVP_PKEY> parsed_public_key(std::string_view der) {
    if (der.size() > certificate_bytes_max) return nullptr;
    const auto* at = bytes_of(der);
    Owned<EVP_PKEY> key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
    ERR_clear_error();
    if (at != bytes_of(der) + der.size()) key.reset();
    return key;
}

Result<CertificateFacts> read_certificate(std::string_view der) {
    const auto certificate = parsed_certificate(der);
    if (!certificate) return fail(Code::corrupt, "it is not a certificate");
    const auto begins = time_of(X509_get0_notBefore(certificate.get()));
    const auto ends = time_of(X509_get0_notAfter(certificate.get()));
    EVP_PKEY* key = X509_get0_pubkey(certificate.get());
    ERR_clear_error();
    if (!begins || !ends || key == nullptr) return fail(Code::corrupt, "the certificate makes no sense");
    CertificateFacts facts{.serial = serial_of(certificate.get()),
                           .common_name = common_name_of(certificate.get()),
                           .public_key = sha256_hex(der_of<const EVP_PKEY>(i2d_PUBKEY, key)),
                           .fingerprint = sha256_hex(der),
                           .begins = *begins,
                           .ends = *ends,
                           .names = {},
                           .uris = {},
                           .permitted = {},
                           .authority = X509_check_ca(certificate.get()) == 1};
    read_names(certificate.get(), facts);
    read_constraints(certificate.get(), facts);
    ERR_clear_error();
    return facts;
}

std::string pem_of(std::string_view der) {
    const auto certificate = parsed_certificate(der);
    const Owned<BIO> memory(BIO_new(BIO_s_mem()));
    if (certificate) PEM_write_bio_X509(memory.get(), certificate.get());
    return text_of(memory.get());
}

Result<std::vector<std::string>> certificates_of(std::string_view pem) {
    if (pem.size() > certificates_max * certificate_bytes_max)
        return fail(Code::too_large, "the certificates are too large");
    const auto reader = reader_of(pem);
    std::vector<std::string> found;
    while (found.size() < certificates_max) {
        const Owned<X509> certificate(PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr));
        if (!certificate) break;
        found.push_back(der_of<const X509>(i2d_X509, certificate.get()));
    }
    const auto problem = ERR_peek_last_error();
    ERR_clear_error();
    const bool at_end = problem == 0 || ERR_GET_REASON(problem) == PEM_R_NO_START_LINE;
    if (found.empty() || !at_end) return fail(Code::corrupt, "there is no sound certificate in it");
    return found;
}

bool is_signed_by(std::string_view der, std::string_view authority_der) {
    const auto certificate = parsed_certificate(der), authority = parsed_certificate(authority_der);
    if (!certificate || !authority) return false;
    EVP_PKEY* key = X509_get0_pubkey(authority.get());
    const bool verified = key != nullptr && X509_verify(certificate.get(), key) == 1;
    ERR_clear_error();
    return verified;
}

}  // namespace openclaw::access
