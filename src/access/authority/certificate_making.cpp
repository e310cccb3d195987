#include <arpa/inet.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <charconv>

#include "access/authority/certificate.h"
#include "access/authority/openssl.h"
#include "base/random.h"
#include "base/text.h"

// Fields in the order of a certificate: serial, names, times, key, extensions, signature. What is critical
// and what isn't follows RFC 5280, section 4.2; verifiers that look closely (Python 3.13) insist on it.
namespace openclaw::access {

namespace {

constexpr std::size_t serial_bytes = 16;  // RFC 5280 allows 20
constexpr std::size_t request_bytes_max = 16u << 10;
constexpr bool critical = true;

std::unexpected<Error> openssl_failed(std::string_view doing) {
    ERR_clear_error();
    return fail(Code::internal, "OpenSSL can't {}", doing);
}

// Positive, and as long each time.
bool set_serial(X509* certificate) {
    auto bytes = random_bytes(serial_bytes);
    bytes[0] = static_cast<char>((static_cast<unsigned char>(bytes[0]) & 0x3FU) | 0x40U);
    const Owned<BIGNUM> number(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
    return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_time(ASN1_TIME* field, TimePoint time) {
    return ASN1_TIME_set(field, std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count()) !=
           nullptr;
}

bool set_common_name(X509* certificate, const std::string& text) {
    return X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate), NID_commonName, MBSTRING_UTF8,
                                      const_cast<unsigned char*>(bytes_of(text)),
                                      static_cast<int>(text.size()), -1, 0) == 1;
}

// For values that are written here.
bool add_extension(X509* subject, X509* issuer, int kind, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, subject, nullptr, nullptr, 0);
    const Owned<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value));
    return extension && X509_add_ext(subject, extension.get(), -1) == 1;
}

Owned<GENERAL_NAME> text_name(int kind, const std::string& text) {
    Owned<GENERAL_NAME> name(GENERAL_NAME_new());
    ASN1_IA5STRING* value = ASN1_IA5STRING_new();
    if (!name || !value) return nullptr;
    GENERAL_NAME_set0_value(name.get(), kind, value);
    if (ASN1_STRING_set(value, text.data(), static_cast<int>(text.size())) != 1) return nullptr;
    return name;
}

Owned<GENERAL_NAME> address_name(std::string_view bytes) {
    Owned<GENERAL_NAME> name(GENERAL_NAME_new());
    ASN1_OCTET_STRING* value = ASN1_OCTET_STRING_new();
    if (!name || !value) return nullptr;
    GENERAL_NAME_set0_value(name.get(), GEN_IPADD, value);
    if (ASN1_OCTET_STRING_set(value, bytes_of(bytes), static_cast<int>(bytes.size())) != 1) return nullptr;
    return name;
}

// 4 or 16 bytes; empty: not an address.
std::string address_bytes(const std::string& literal) {
    char bytes[16];
    if (inet_pton(AF_INET, literal.c_str(), bytes) == 1) return std::string(bytes, 4);
    if (inet_pton(AF_INET6, literal.c_str(), bytes) == 1) return std::string(bytes, 16);
    return {};
}

// Address and mask of "10.0.0.0/8".
std::string network_bytes(const std::string& network) {
    const auto slash = network.find('/');
    auto bytes = address_bytes(network.substr(0, slash));
    const auto all = static_cast<unsigned>(bytes.size() * 8);
    unsigned bits = all;
    if (slash != std::string::npos) {
        const char* end = network.data() + network.size();
        const auto [stop, problem] = std::from_chars(network.data() + slash + 1, end, bits);
        if (problem != std::errc() || stop != end || bits > all) return {};
    }
    const auto size = bytes.size();
    for (unsigned at = 0; at < size; ++at) {
        const unsigned here = std::min(8U, bits - std::min(bits, at * 8));
        bytes += static_cast<char>(0xFF00U >> here);
    }
    return bytes;
}

bool add_name(GENERAL_NAMES* names, Owned<GENERAL_NAME> name) {
    if (!name || sk_GENERAL_NAME_push(names, name.get()) <= 0) return false;
    (void)name.release();
    return true;
}

bool add_names(X509* certificate, const LeafRequest& request) {
    const Owned<GENERAL_NAMES> names(GENERAL_NAMES_new());
    bool added = names != nullptr;
    for (const auto& name : request.names.dns)
        added = added && add_name(names.get(), text_name(GEN_DNS, name));
    for (const auto& literal : request.names.addresses) {
        const auto bytes = address_bytes(literal);
        added = added && !bytes.empty() && add_name(names.get(), address_name(bytes));
    }
    if (!request.uri.empty()) added = added && add_name(names.get(), text_name(GEN_URI, request.uri));
    return added &&
           X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT) == 1;
}

bool permit(NAME_CONSTRAINTS* constraints, Owned<GENERAL_NAME> name) {
    GENERAL_SUBTREE* subtree = name ? GENERAL_SUBTREE_new() : nullptr;
    if (!subtree) return false;
    GENERAL_NAME_free(subtree->base);
    subtree->base = name.release();
    if (sk_GENERAL_SUBTREE_push(constraints->permittedSubtrees, subtree) > 0) return true;
    GENERAL_SUBTREE_free(subtree);
    return false;
}

bool add_constraints(X509* certificate, const ServerNames& permitted) {
    const Owned<NAME_CONSTRAINTS> constraints(NAME_CONSTRAINTS_new());
    if (!constraints) return false;
    constraints->permittedSubtrees = sk_GENERAL_SUBTREE_new_null();
    bool added = constraints->permittedSubtrees != nullptr;
    for (const auto& name : permitted.dns)
        added = added && permit(constraints.get(), text_name(GEN_DNS, name));
    for (const auto& network : permitted.addresses) {
        const auto bytes = network_bytes(network);
        added = added && !bytes.empty() && permit(constraints.get(), address_name(bytes));
    }
    return added && X509_add1_ext_i2d(certificate, NID_name_constraints, constraints.get(), critical,
                                      X509V3_ADD_DEFAULT) == 1;
}

// Keys that every client can use and nobody can break: P-256, P-384, RSA from 2,048 to 4,096 bits.
Result<void> check_key(EVP_PKEY* key) {
    constexpr std::string_view wanted = "a P-256 or P-384 key, or RSA from 2,048 to 4,096 bits, is needed";
    const int bits = EVP_PKEY_get_bits(key);
    char curve[32] = {};
    if (EVP_PKEY_is_a(key, "EC")) EVP_PKEY_get_group_name(key, curve, sizeof curve, nullptr);
    ERR_clear_error();
    const bool known_curve =
        std::string_view(curve) == "prime256v1" || std::string_view(curve) == "secp384r1";
    const bool sound_rsa = EVP_PKEY_is_a(key, "RSA") && bits >= 2048 && bits <= 4096;
    if (known_curve || sound_rsa) return {};
    return fail(Code::invalid_input, "{}", wanted);
}

Result<std::string> sealed_by(X509* certificate, EVP_PKEY* key) {
    if (X509_sign(certificate, key, EVP_sha256()) <= 0) return openssl_failed("sign a certificate");
    auto der = der_of<const X509>(i2d_X509, certificate);
    if (der.empty()) return openssl_failed("write a certificate");
    ERR_clear_error();
    return der;
}

bool fill(X509* certificate, const std::string& common_name, TimePoint begins, TimePoint ends,
          EVP_PKEY* key) {
    return X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate) &&
           set_common_name(certificate, common_name) && set_time(X509_getm_notBefore(certificate), begins) &&
           set_time(X509_getm_notAfter(certificate), ends) && X509_set_pubkey(certificate, key) == 1;
}

}  // namespace

Result<std::string> make_root(const RootRequest& request, const net::PrivateKey& key) {
    const Owned<X509> made(X509_new());
    X509* root = made.get();
    const bool constrained = !(request.permitted == ServerNames());
    const bool filled = root != nullptr &&
                        fill(root, request.common_name, request.begins, request.ends, key.get()) &&
                        X509_set_issuer_name(root, X509_get_subject_name(root)) == 1 &&
                        add_extension(root, root, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
                        add_extension(root, root, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                        add_extension(root, root, NID_subject_key_identifier, "hash") &&
                        add_extension(root, root, NID_authority_key_identifier, "keyid:always") &&
                        (!constrained || add_constraints(root, request.permitted));
    return filled ? sealed_by(root, key.get()) : openssl_failed("make an authority");
}

Result<std::string> make_leaf(const LeafRequest& request, const Authority& authority) {
    const auto issuer = parsed_certificate(authority.certificate);
    const auto issuer_facts = read_certificate(authority.certificate);
    if (!issuer || !issuer_facts) return fail(Code::corrupt, "the authority's certificate makes no sense");
    if (request.ends > issuer_facts->ends || request.begins < issuer_facts->begins)
        return fail(Code::invalid_input, "a certificate can't last longer than its authority");
    const auto key = parsed_public_key(request.public_key);
    if (!key) return fail(Code::invalid_input, "it is not a public key");
    if (auto sound = check_key(key.get()); !sound) return std::unexpected(std::move(sound).error());
    const bool server = request.uri.empty();
    const Owned<X509> made(X509_new());
    X509* leaf = made.get();
    const bool filled =
        leaf != nullptr && fill(leaf, request.common_name, request.begins, request.ends, key.get()) &&
        X509_set_issuer_name(leaf, X509_get_subject_name(issuer.get())) == 1 &&
        add_extension(leaf, issuer.get(), NID_basic_constraints, "critical,CA:FALSE") &&
        add_extension(leaf, issuer.get(), NID_key_usage, "critical,digitalSignature") &&
        add_extension(leaf, issuer.get(), NID_ext_key_usage, server ? "serverAuth" : "clientAuth") &&
        add_extension(leaf, issuer.get(), NID_subject_key_identifier, "hash") &&
        add_extension(leaf, issuer.get(), NID_authority_key_identifier, "keyid:always") &&
        add_names(leaf, request);
    return filled ? sealed_by(leaf, authority.key.get()) : openssl_failed("make a certificate");
}

Result<std::string> make_certificate_request(const net::PrivateKey& key) {
    const Owned<X509_REQ> request(X509_REQ_new());
    const Owned<BIO> memory(BIO_new(BIO_s_mem()));
    if (!request || X509_REQ_set_pubkey(request.get(), key.get()) != 1 ||
        X509_REQ_sign(request.get(), key.get(), EVP_sha256()) <= 0 ||
        PEM_write_bio_X509_REQ(memory.get(), request.get()) != 1)
        return openssl_failed("make a certificate request");
    return text_of(memory.get());
}

Result<std::string> public_key_of_request(std::string_view pem) {
    if (pem.size() > request_bytes_max) return fail(Code::too_large, "the certificate request is too large");
    const Owned<X509_REQ> request(PEM_read_bio_X509_REQ(reader_of(pem).get(), nullptr, nullptr, nullptr));
    EVP_PKEY* key = request ? X509_REQ_get0_pubkey(request.get()) : nullptr;
    ERR_clear_error();
    if (key == nullptr) return fail(Code::invalid_input, "it is not a certificate request");
    // First: checking a signature with a huge key takes long.
    if (auto sound = check_key(key); !sound) return std::unexpected(std::move(sound).error());
    const bool proven = X509_REQ_verify(request.get(), key) == 1;
    ERR_clear_error();
    if (!proven) return fail(Code::denied, "the certificate request doesn't prove its key");
    return der_of<const EVP_PKEY>(i2d_PUBKEY, key);
}

}  // namespace openclaw::access
