# Which folder may include what, and how long a file may be. Fails, with file, line, include and rule, where one does not keep to it.
#     cmake -DROOT=<source tree> -P check_layers.cmake

cmake_minimum_required(VERSION 3.25)

# Folder: the folders of this project that its files may include. The first row that fits counts; every folder
# has one.
set(FOLDERS
    "core/base:      core/base"
    "core/ode:       core/base core/ode"
    "core/network:   core/base core/network"
    "core/gradient:  core/base core/ode core/gradient"
    "core/optimize:  core/base core/ode core/gradient core/optimize"
    "core/torch:     core/base core/ode core/network core/torch"
    "core:           core"
    "physics/units:         core physics/units"
    "physics/bodies:        core physics/units physics/bodies"
    "physics/time:          core physics/time"
    "physics/observables:   core physics/units physics/bodies physics/observables"
    "physics/observations:  core physics/units physics/bodies physics/time physics/observables physics/observations"
    "physics/scenarios:     core physics/units physics/bodies physics/scenarios"
    "physics/problems:      core physics/units physics/bodies physics/problems"
    "physics/backend:       core physics/units physics/bodies physics/backend"
    "physics/corrections:   core physics/units physics/bodies physics/backend physics/corrections"
    "physics/model:         core physics/units physics/bodies physics/observables physics/observations physics/corrections physics/model"
    "physics/batch:         core physics/units physics/bodies physics/scenarios physics/backend physics/corrections physics/model physics/batch"
    "physics/guess:         core physics/units physics/bodies physics/model physics/guess"
    "physics/compare:       core physics/units physics/bodies physics/scenarios physics/problems physics/model physics/compare"
    "physics/fit:           core physics/units physics/bodies physics/observations physics/corrections physics/model physics/guess physics/fit"
    "physics/train:         core physics/units physics/bodies physics/observations physics/corrections physics/model physics/guess physics/backend physics/batch physics/fit physics/train"
    "physics/run:           core physics/units physics/bodies physics/observations physics/corrections physics/model physics/fit physics/train physics/run"
    "physics/experiment:    core physics/units physics/bodies physics/observations physics/scenarios physics/corrections physics/model physics/fit physics/train physics/experiment"
    "physics/torch:         core physics/units physics/bodies physics/corrections physics/model physics/backend physics/batch physics/torch"
    "ui/base:        core physics ui/base"
    "ui/theme:       core physics ui/base ui/theme"
    "ui/document:    core physics ui/base ui/document"
    "ui/worker:      core physics ui/base ui/document ui/worker"
    "ui/session:     core physics ui/base ui/document ui/worker ui/session"
    "ui/actions:     core physics ui/base ui/theme ui/actions"
    "ui/forms:       core physics ui/base ui/theme ui/session ui/forms"
    "ui/views:       core physics ui/base ui/theme ui/session ui/views"
    "ui/orbit:       core physics ui/base ui/theme ui/document ui/worker ui/session ui/views ui/orbit"
    "ui/correction:  core physics ui/base ui/theme ui/session ui/forms ui/views ui/correction"
    "ui/compare:     core physics ui/base ui/theme ui/actions ui/document ui/worker ui/session ui/forms ui/views ui/compare"
    "ui/data:        core physics ui/base ui/theme ui/document ui/worker ui/session ui/forms ui/data"
    "ui/export:      core physics ui/base ui/theme ui/document ui/worker ui/session ui/views ui/compare ui/export"
    "ui/panels:      core physics ui/base ui/theme ui/actions ui/worker ui/session ui/forms ui/views ui/data ui/correction ui/compare ui/panels"
    "ui/window:      core physics ui"
    "app/cli:        core physics app/cli"
    "app/studio:     core physics ui app"
    "app:            core physics ui app")

# Folder: the only folders that may include it. Headers of a folder with LibTorch bring LibTorch's.
set(KEPT
    "core/torch:     core/torch physics/torch"
    "physics/torch:  physics/torch")

# Library: the folders that may include its headers: what its headers look like.
set(LIBRARIES
    "Qt:             ui app:                      ^(Qt[A-Z0-9][A-Za-z0-9]*/.*|Q[A-Z][A-Za-z0-9]*|q[a-z0-9_]+\\.h)$"
    "LibTorch:       core/torch physics/torch:    ^(torch|ATen|c10|caffe2)/"
    "CLI11:          app:                         ^CLI(11)?[/.]"
    "Ceres:          core/optimize:               ^(ceres|glog|gflags)/"
    "ERFA:           physics/time:                ^erfa"
    "a test library: tests bench:                 ^(gtest|gmock|benchmark|cvodes?|sundials|nvector|sunmatrix|sunlinsol)/")

# read_row(<row>): sets `folder`, and `list` to the folders that stand behind its colon.
macro(read_row row)
    string(REGEX MATCH "^([^:]+): *(.*)$" matched "${row}")
    set(folder ${CMAKE_MATCH_1})
    string(REPLACE " " ";" list "${CMAKE_MATCH_2}")
endmacro()

# is_inside(<variable> <path> <folder>...): whether the path lies in one of the folders.
function(is_inside variable path)
    set(${variable} FALSE PARENT_SCOPE)
    foreach(folder ${ARGN})
        string(FIND "${path}/" "${folder}/" place)
        if(place EQUAL 0)
            set(${variable} TRUE PARENT_SCOPE)
        endif()
    endforeach()
endfunction()

# resolve(<variable> <file> <quote> <name>): the path inside ROOT that the include reaches, as the
# compiler would find it (beside the file, then below ROOT), or else its name as it stands.
function(resolve variable file quote name)
    cmake_path(GET file PARENT_PATH folder)
    set(bases ${ROOT})
    if(quote STREQUAL "\"")
        set(bases ${ROOT}/${folder} ${ROOT})
    endif()
    cmake_path(SET path NORMALIZE "${name}")
    foreach(base ${bases})
        cmake_path(APPEND base ${name} OUTPUT_VARIABLE candidate)
        cmake_path(NORMAL_PATH candidate)
        if(EXISTS ${candidate})
            cmake_path(RELATIVE_PATH candidate BASE_DIRECTORY ${ROOT} OUTPUT_VARIABLE path)
            break()
        endif()
    endforeach()
    set(${variable} "${path}" PARENT_SCOPE)
endfunction()

# rule_broken(<variable> <file> <quote> <name>): the rule that the include breaks, or nothing.
function(rule_broken variable file quote name)
    set(${variable} "" PARENT_SCOPE)
    if(quote STREQUAL "")
        set(${variable} "an include gives its header by name, not by a macro" PARENT_SCOPE)
        return()
    endif()
    resolve(path ${file} "${quote}" "${name}")

    if(path MATCHES "^(/|\\.\\./)")
        set(${variable} "an include stays inside the source tree" PARENT_SCOPE)
        return()
    endif()

    # A header of this project: one that is there, or that is called like one.
    is_inside(ours "${path}" core physics ui app tests bench)
    if(ours OR EXISTS "${ROOT}/${path}")
        foreach(row ${KEPT})
            read_row("${row}")
            is_inside(applies "${path}" ${folder})
            is_inside(fine ${file} ${list})
            if(applies AND NOT fine)
                list(JOIN list ", " allowed)
                set(${variable} "${folder} may be included only in ${allowed}" PARENT_SCOPE)
                return()
            endif()
        endforeach()
        foreach(row ${FOLDERS})
            read_row("${row}")
            is_inside(applies ${file} ${folder})
            if(applies)
                is_inside(fine "${path}" ${list})
                if(NOT fine)
                    list(JOIN list ", " allowed)
                    set(${variable} "${folder} may include only ${allowed}" PARENT_SCOPE)
                endif()
                return()
            endif()
        endforeach()
        return()
    endif()

    foreach(row ${LIBRARIES})
        string(REGEX MATCH "^([^:]+): *([^:]+): *(.*)$" row "${row}")
        set(library ${CMAKE_MATCH_1})
        set(allowed ${CMAKE_MATCH_2})
        if(path MATCHES "${CMAKE_MATCH_3}")
            string(REPLACE " " ";" list "${allowed}")
            is_inside(fine ${file} ${list})
            if(NOT fine)
                string(REPLACE " " ", " allowed "${allowed}")
                set(${variable} "${library} may be included only in ${allowed}" PARENT_SCOPE)
            endif()
            return()
        endif()
    endforeach()
endfunction()

# line_of(<variable> <text> <include>): the line of the text on which the include stands.
function(line_of variable text include)
    string(FIND "${text}" "${include}" place)
    string(SUBSTRING "${text}" 0 ${place} before)
    string(REGEX REPLACE "[^\n]" "" newlines "${before}")
    string(LENGTH "${newlines}" count)
    # The match starts with the end of the line before it, but for the first line's.
    if(include MATCHES "^\n")
        math(EXPR count "${count} + 1")
    endif()
    math(EXPR count "${count} + 1")
    set(${variable} ${count} PARENT_SCOPE)
endfunction()

cmake_path(ABSOLUTE_PATH ROOT NORMALIZE)
set(globs)
foreach(folder core physics ui app)
    foreach(extension hpp h hh hxx cpp cc cxx ipp inl tpp cu cuh)
        list(APPEND globs ${ROOT}/${folder}/*.${extension})
    endforeach()
endforeach()
file(GLOB_RECURSE files RELATIVE ${ROOT} ${globs})

set(broken 0)

# row_of(<variable> <wanted>): what that folder's row allows, or nothing.
function(row_of variable wanted)
    set(${variable} "" PARENT_SCOPE)
    foreach(row ${FOLDERS})
        read_row("${row}")
        if(folder STREQUAL wanted)
            set(${variable} "${list}" PARENT_SCOPE)
        endif()
    endforeach()
endfunction()

# No two folders include each other.
foreach(row ${FOLDERS})
    read_row("${row}")
    foreach(other ${list})
        row_of(back ${other})
        # Each pair once.
        if(folder IN_LIST back AND folder STRLESS other)
            message(NOTICE "error: ${folder} and ${other} may include each other: move what they share to a third folder")
            math(EXPR broken "${broken} + 1")
        endif()
    endforeach()
endforeach()

# A new folder needs a row: without one it would fall under that of its parent, or none.
set(seen)
foreach(file ${files})
    cmake_path(GET file PARENT_PATH folder)
    string(REGEX MATCH "^[^/]+(/[^/]+)?" folder "${folder}")
    if(NOT folder IN_LIST seen)
        list(APPEND seen ${folder})
        row_of(row ${folder})
        if(NOT row)
            message(NOTICE "${file}: error: the folder ${folder} has no row in the table FOLDERS of check_layers.cmake")
            math(EXPR broken "${broken} + 1")
        endif()
    endif()
endforeach()

# A longer file says in its first line why it is one.
set(LONGEST 400)
set(REASON "// In one file: ")

foreach(file ${files})
    file(READ ${ROOT}/${file} text)
    string(FIND "${text}" "${REASON}" place)
    if(NOT place EQUAL 0)
        string(REGEX REPLACE "[^\n]" "" lines "${text}")
        string(LENGTH "${lines}" lines)
        if(lines GREATER LONGEST)
            message(NOTICE "${file}: error: ${lines} lines: divide it, or begin it with '${REASON}' and the reason")
            math(EXPR broken "${broken} + 1")
        endif()
    endif()
    string(REGEX MATCHALL "(^|\n)[ \t]*#[ \t]*(include|include_next|import)[ \t]*([<\"][^]>\"\n;[]+[>\"]|[A-Za-z_][A-Za-z_0-9]*)"
           includes "${text}")
    foreach(include ${includes})
        string(REGEX MATCH "(include|include_next|import)[ \t]*([<\"]?)([^>\"]+)" name "${include}")
        set(quote "${CMAKE_MATCH_2}")
        set(name "${CMAKE_MATCH_3}")
        rule_broken(rule ${file} "${quote}" "${name}")
        if(rule)
            math(EXPR broken "${broken} + 1")
            line_of(line "${text}" "${include}")
            string(STRIP "${include}" include)
            message(NOTICE "${file}:${line}: error: ${include}: ${rule}")
        endif()
    endforeach()
endforeach()
if(broken)
    message(FATAL_ERROR "${broken} fault(s) (the tables are in check_layers.cmake)")
endif()
