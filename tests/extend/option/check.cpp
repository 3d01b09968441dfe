#include "core/base/option_json.hpp"
#include "physics/model/options.hpp"

using namespace syzygy;

int main()
{
    DataOptions options;
    if (options_to_json(data_options(), options)["leap"] != 2.0) return 1;
    options.leap = 4;
    try {
        validate(data_options(), options);
    } catch (const ArgumentError& error) {
        return error.option() == "leap" ? 0 : 2;
    }
    return 3;
}
