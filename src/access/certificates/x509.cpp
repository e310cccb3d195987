#include "access/certificates/x509.h"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <ctime>

#include "base/digest.h"
#include "base/text.h"

namespace openclaw::access::x509 {

namespace {

using Bio = std::unique_ptr<BIO, Free>;

Bio reading(std::string_view text) {
    return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

template <class Item>
std::vector<std::unique_ptr<Item, Free>> all_in(std::string_view pem,
                                                Item* (*read)(BIO*, Item**, pem_password_cb*, void*),
                                                std::size_t max) {
    std::vector<std::unique_ptr<Item, Free>> found;
    const Bio bio = reading(pem);
    while (bio && found.size() < max) {
        std::unique_ptr<Item, Free> item(read(bio.get(), nullptr, nullptr, nullptr));
        if (!item) break;
        found.push_back(std::move(item));
    }
    ERR_clear_error();
    return found;
}

std::string taken(unsigned char* bytes, int size) {
    std::string text(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(std::max(size, 0)));
    OPENSSL_free(bytes);
    return text;
}

}  // namespace

Certificate from_der(std::string_view der) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
    const auto* end = bytes + der.size();
    Certificate certificate(d2i_X509(nullptr, &bytes, static_cast<long>(der.size())));
    if (!certificate) ERR_clear_error();
    return bytes == end ? std::move(certificate) : nullptr;
}

std::string der_of(X509* certificate) {
    unsigned char* bytes = nullptr;
    const int size = i2d_X509(certificate, &bytes);
    return taken(bytes, size);
}

std::vector<Certificate> certificates_in(std::string_view pem) {
    return all_in<X509>(pem, PEM_read_bio_X509, std::string_view::npos);
}

std::vector<RevocationListFile> lists_in(std::string_view pem, std::size_t max) {
    return all_in<X509_CRL>(pem, PEM_read_bio_X509_CRL, max);
}

std::string key_digest(X509* certificate) {
    unsigned char* bytes = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &bytes);
    return sha256_hex(taken(bytes, size));
}

std::string hex_of(const ASN1_INTEGER* number) {
    using Number = std::unique_ptr<BIGNUM, decltype([](BIGNUM* each) { BN_free(each); })>;
    const Number value(number ? ASN1_INTEGER_to_BN(number, nullptr) : nullptr);
    if (!value) return {};
    char* digits = BN_bn2hex(value.get());
    std::string text = lowered(digits ? digits : "");
    OPENSSL_free(digits);
    text.erase(0, std::min(text.find_first_not_of('0'), text.size() - (text.empty() ? 0 : 1)));
    return text;
}

std::string name_der(const X509_NAME* name) {
    unsigned char* bytes = nullptr;
    const int size = i2d_X509_NAME(name, &bytes);
    return taken(bytes, size);
}

std::string shown_name(const X509_NAME* name) {
    constexpr std::size_t shown_max = 100;
    const Bio bio(BIO_new(BIO_s_mem()));
    X509_NAME_print_ex(bio.get(), name, 0,
                       XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return shortened(printable(std::string_view(text, static_cast<std::size_t>(std::max(size, 0L)))),
                     shown_max);
}

TimePoint time_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return {};
    return TimePoint(std::chrono::seconds(timegm(&parts)));
}

}  // namespace openclaw::access::x509
