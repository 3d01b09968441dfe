#include "ui/views/view.hpp"

#include <QApplication>

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    for (const syzygy::ViewInfo& row : syzygy::views())
        if (row.id == "blank") return row.make({}, nullptr)->empty() ? 0 : 1;
    return 2;
}
