# Runs check_layers.cmake on small trees: a good one passes, and one for each rule fails and names
# file, line, include and rule.
#     cmake -DCHECK=<check_layers.cmake> -DWORK=<empty folder> -P layers_test.cmake

cmake_minimum_required(VERSION 3.25)
set(failures 0)

# tree(<name> [<file> <content>]...): a tree with these files and one header in each folder.
function(tree name)
    file(REMOVE_RECURSE ${WORK}/${name})
    foreach(folder core/base core/ode core/gradient core/optimize core/torch physics/units physics/fit physics/torch ui/base ui/views
                   ui/panels app/cli tests)
        file(WRITE ${WORK}/${name}/${folder}/known.hpp "#pragma once\n")
    endforeach()
    while(ARGN)
        list(POP_FRONT ARGN file content)
        file(WRITE ${WORK}/${name}/${file} "${content}")
    endwhile()
endfunction()

function(fail text)
    message(NOTICE "FAILED: ${text}")
    math(EXPR failures "${failures} + 1")
    set(failures ${failures} PARENT_SCOPE)
endfunction()

macro(check name)
    execute_process(COMMAND ${CMAKE_COMMAND} -DROOT=${WORK}/${name} -P ${CHECK}
                    RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
endmacro()

# rejects(<file> <include line> <rule>): with the line third in the file, the check fails and says so.
function(rejects file include rule)
    tree(bad ${file} "#pragma once\n\n${include}  // why; not [\nint x;\n")
    check(bad)
    string(FIND "${output}" "${file}:3: error: ${include}: ${rule}" place)
    if(result EQUAL 0 OR place EQUAL -1)
        fail("'${include}' in ${file} must be rejected with '${rule}'; exit ${result}, output:\n${output}")
    endif()
    set(failures ${failures} PARENT_SCOPE)
endfunction()

# accepts(<file> <include line>)
function(accepts file include)
    tree(good ${file} "${include}\n")
    check(good)
    if(NOT result EQUAL 0)
        fail("'${include}' in ${file} must be accepted; exit ${result}, output:\n${output}")
    endif()
    set(failures ${failures} PARENT_SCOPE)
endfunction()

# The folders of core.
rejects(core/base/a.hpp "#include \"core/ode/known.hpp\"" "core/base may include only core/base")
rejects(core/ode/a.hpp "#include \"core/gradient/known.hpp\"" "core/ode may include only core/base, core/ode")
rejects(core/gradient/a.cpp "#include \"core/optimize/known.hpp\""
        "core/gradient may include only core/base, core/ode, core/gradient")
rejects(core/torch/a.cpp "#include \"core/gradient/known.hpp\""
        "core/torch may include only core/base, core/ode, core/network, core/torch")
rejects(core/base/deep/er/a.cpp "#include \"core/ode/known.hpp\"" "core/base may include only core/base")

# The folders of the project.
rejects(core/base/a.hpp "#include \"physics/units/known.hpp\"" "core/base may include only core/base")
rejects(core/torch/a.hpp "#include \"physics/units/known.hpp\"" "core/torch may include only core/base, core/ode, core/network, core/torch")
rejects(physics/units/a.hpp "#include \"app/cli/known.hpp\"" "physics/units may include only core, physics/units")
rejects(physics/units/a.hpp "#include \"ui/base/known.hpp\"" "physics/units may include only core, physics/units")
rejects(physics/units/a.hpp "#include \"physics/fit/known.hpp\"" "physics/units may include only core, physics/units")
rejects(ui/base/a.hpp "#include \"ui/views/known.hpp\"" "ui/base may include only core, physics, ui/base")
rejects(ui/base/a.hpp "#include \"app/cli/known.hpp\"" "ui/base may include only core, physics, ui/base")
rejects(app/studio/a.cpp "#include \"tests/known.hpp\"" "app/studio may include only core, physics, ui, app")

# Folders whose headers bring LibTorch.
rejects(core/optimize/a.cpp "#include \"core/torch/known.hpp\"" "core/torch may be included only in core/torch, physics/torch")
rejects(physics/fit/a.cpp "#include \"core/torch/known.hpp\"" "core/torch may be included only in core/torch, physics/torch")
rejects(physics/backend/a.cpp "#include \"../torch/known.hpp\"" "physics/torch may be included only in physics/torch")
rejects(app/cli/a.cpp "#include \"physics/torch/known.hpp\"" "physics/torch may be included only in physics/torch")

# The same by other ways of writing it.
rejects(core/ode/a.hpp "#include \"../gradient/known.hpp\"" "core/ode may include only core/base, core/ode")
rejects(core/ode/a.hpp "#include \"core/base/../gradient/known.hpp\"" "core/ode may include only core/base, core/ode")
rejects(core/ode/a.hpp "#include <physics/units/known.hpp>" "core/ode may include only core/base, core/ode")
rejects(core/ode/a.hpp "#  include\t\"physics/not_there_yet.hpp\"" "core/ode may include only core/base, core/ode")
rejects(core/ode/a.hpp "#include \"../../../elsewhere.hpp\"" "an include stays inside the source tree")
rejects(core/ode/a.hpp "#include </usr/include/stdio.h>" "an include stays inside the source tree")
rejects(core/ode/a.hpp "#include HEADER" "an include gives its header by name, not by a macro")

# Libraries.
rejects(core/base/a.hpp "#include <QString>" "Qt may be included only in ui, app")
rejects(physics/fit/a.hpp "#include <QtWidgets/QWidget>" "Qt may be included only in ui, app")
rejects(physics/fit/a.hpp "#include <qobject.h>" "Qt may be included only in ui, app")
rejects(core/gradient/a.hpp "#include <torch/torch.h>" "LibTorch may be included only in core/torch, physics/torch")
rejects(ui/base/a.hpp "#include <ATen/ATen.h>" "LibTorch may be included only in core/torch, physics/torch")
rejects(physics/fit/a.cpp "#include <CLI/CLI.hpp>" "CLI11 may be included only in app")
rejects(core/gradient/a.cpp "#include <ceres/ceres.h>" "Ceres may be included only in core/optimize")
rejects(app/cli/a.cpp "#include \"ceres/ceres.h\"" "Ceres may be included only in core/optimize")
rejects(physics/fit/a.cpp "#include <gtest/gtest.h>" "a test library may be included only in tests, bench")

accepts(core/base/a.hpp "#include \"known.hpp\"\n#include <queue>\n#include <Eigen/Core>\n#include <nlohmann/json.hpp>")
accepts(core/ode/a.hpp "#include \"core/base/known.hpp\"\n#include \"../base/known.hpp\"")
accepts(core/gradient/a.hpp "#include \"core/ode/known.hpp\"\n#include <core/base/known.hpp>")
accepts(core/optimize/a.cpp "#include \"core/gradient/known.hpp\"\n#include <ceres/ceres.h>")
accepts(core/torch/a.hpp "#include \"core/ode/known.hpp\"\n#include <torch/torch.h>")
accepts(physics/fit/a.cpp "#include \"core/optimize/known.hpp\"\n#include \"physics/units/known.hpp\"")
accepts(physics/torch/a.cpp "#include \"core/torch/known.hpp\"\n#include <torch/torch.h>")
accepts(ui/base/a.cpp "#include \"physics/units/known.hpp\"\n#include <QWidget>")
accepts(app/studio/a.cpp "#include \"ui/base/known.hpp\"\n#include <CLI/CLI.hpp>\n#include <QApplication>")
accepts(core/ode/a.cpp "// #include <ceres/ceres.h>\nint x[] = {1, 2};  // [[")

# A folder without a row is told.
tree(bad ui/new/a.hpp "#pragma once\n")
check(bad)
if(result EQUAL 0 OR NOT output MATCHES "the folder ui/new has no row in the table FOLDERS")
    fail("a folder without a row must be told:\n${output}")
endif()

tree(bad ui/a.hpp "#pragma once\n")
check(bad)
if(result EQUAL 0 OR NOT output MATCHES "the folder ui has no row")
    fail("a file beside the folders must be told:\n${output}")
endif()

# Two folders that may include each other are told: in the check itself, with one row more.
file(READ ${CHECK} table)
string(REPLACE "    \"ui/base:        core physics ui/base\"" "    \"ui/base:        core physics ui/base ui/views\"" mutual "${table}")
file(WRITE ${WORK}/mutual.cmake "${mutual}")
tree(good ui/base/a.hpp "#pragma once\n")
execute_process(COMMAND ${CMAKE_COMMAND} -DROOT=${WORK}/good -P ${WORK}/mutual.cmake
                RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(result EQUAL 0 OR NOT output MATCHES "ui/base and ui/views may include each other")
    fail("folders that may include each other must be told:\n${output}")
endif()

# Every broken include is told, not only the first, each with its own line.
tree(bad core/base/a.hpp "#include <ceres/a.h>\n#include <vector>\n#include <ceres/ceres.h>\n")
check(bad)
if(NOT output MATCHES "a.hpp:1: error: #include <ceres/a.h>" OR NOT output MATCHES "a.hpp:3: error: #include <ceres/ceres.h>")
    fail("two broken includes in one file must both be told:\n${output}")
endif()

# A file of more than 400 lines gives a reason.
string(REPEAT "# define X\n" 401 long)
tree(bad core/base/a.cpp "${long}")
check(bad)
if(result EQUAL 0 OR NOT output MATCHES "core/base/a.cpp: error: 401 lines")
    fail("a long file must be told:\n${output}")
endif()
tree(good core/base/a.cpp "// In one file: a table.\n${long}")
check(good)
if(NOT result EQUAL 0)
    fail("a long file with a reason must be accepted:\n${output}")
endif()

if(failures)
    message(FATAL_ERROR "${failures} claim(s) about check_layers.cmake do not hold")
endif()
