#pragma once

#include <memory>

#include "net/client/http_client.h"

namespace openclaw::net {

// The body without the coding that a server put on it though none was asked for, and without the field that
// named it. The bytes decide whether it has one: gzip and deflate are taken off, at most 64 KiB at a time, so
// that what unfolds is bounded as any body is; reading any other is `unavailable`.
std::unique_ptr<ResponseBody> decoded_body(std::unique_ptr<ResponseBody> body, Headers& headers);

}  // namespace openclaw::net
