#include "cli/gateway/this_host.h"

namespace openclaw::cli {

Result<std::shared_ptr<const config::Config>> of_this_host(
    Result<std::shared_ptr<const config::Config>> config) {
    if (config && (*config)->text("gateway.mode") == "remote")
        return hinted(
            fail(Code::invalid_input, "gateway.mode is remote: this installation uses a gateway elsewhere"),
            "run the command on the gateway's host");
    return config;
}

}  // namespace openclaw::cli
