#include "tests/ui/support/application.hpp"
#include "tests/ui/support/display.hpp"
#include "tests/ui/support/threads.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QSurfaceFormat>

/// The main of every test of the desktop.
int main(int argc, char** argv)
{
    ::testing::InitGoogleMock(&argc, argv);
    // Listing is part of the build and needs no display.
    if (::testing::GTEST_FLAG(list_tests)) return RUN_ALL_TESTS();
    const syzygy::testing::OwnDisplay display;
    QSurfaceFormat format;
    format.setVersion(3, 3);
    format.setProfile(QSurfaceFormat::CoreProfile);
    format.setDepthBufferSize(24);
    QSurfaceFormat::setDefaultFormat(format);
    syzygy::testing::TestApplication application(argc, argv);
    ::testing::UnitTest::GetInstance()->listeners().Append(new syzygy::testing::NoThreadIsLeft);
    return RUN_ALL_TESTS();
}
