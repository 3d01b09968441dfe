#include "app/cli/cli.hpp"

int main(int argc, char** argv)
{
    return syzygy::run_cli(argc, argv);
}
