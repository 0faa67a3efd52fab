// What the import helper makes of each format. COSTENGINE_IMPORT_HELPER is the built helper.
#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "support/import_models.hpp"

using namespace costengine;
using namespace costengine::test;

TEST_SUITE("import") {
  TEST_CASE("every format gives the same box") {
    check_box(import(ply_box(), MeshFormat::kPly), 1);
    check_box(import(off_box(), MeshFormat::kOff), 1);
    check_box(import(amf("", amf_object("1")), MeshFormat::kAmf), 1);
    const std::string model = model_3mf("", object_3mf(1), "<item objectid=\"1\"/>");
    check_box(import(package_3mf(model), MeshFormat::k3mf), 1);
    check_box(import(package_3mf(model, /*deflate=*/true), MeshFormat::k3mf), 1);
  }

  TEST_CASE("the unit that a format defines is applied") {
    check_box(import(gltf_embedded(), MeshFormat::kGltf), 1000);
    check_box(import(glb_box(), MeshFormat::kGlb), 1000);
    check_box(import(amf("inch", amf_object("1")), MeshFormat::kAmf), 25.4);
    check_box(import(amf("feet", amf_object("1")), MeshFormat::kAmf), 304.8);
    check_refused(import(amf("parsec", amf_object("1")), MeshFormat::kAmf),
                  ErrorCode::kImportFailed, "unknown unit 'parsec'");
    const std::string item = "<item objectid=\"1\"/>";
    check_box(
        import(package_3mf(model_3mf("unit=\"inch\"", object_3mf(1), item)), MeshFormat::k3mf),
        25.4);
    check_box(
        import(package_3mf(model_3mf("unit='micron'", object_3mf(1), item)), MeshFormat::k3mf),
        0.001);
    check_refused(
        import(package_3mf(model_3mf("unit=\"mile\"", object_3mf(1), item)), MeshFormat::k3mf),
        ErrorCode::kImportFailed, "unknown unit 'mile'");
  }

  TEST_CASE("glTF nodes are placed, and a mirrored one is not turned inside out") {
    const auto moved = import(gltf_embedded("\"translation\":[5,0,0],"), MeshFormat::kGltf);
    REQUIRE_MESSAGE(moved.ok(), moved.error().to_string());
    CHECK(box_of(moved.value().mesh).min.x == 6000);
    const auto mirrored = import(gltf_embedded("\"scale\":[-1,1,2],"), MeshFormat::kGltf);
    REQUIRE_MESSAGE(mirrored.ok(), mirrored.error().to_string());
    CHECK(box_of(mirrored.value().mesh).min.x == -11000);
    CHECK(signed_volume(mirrored.value().mesh) == doctest::Approx(12000e9).epsilon(1e-12));
  }

  TEST_CASE("3MF items and components are placed, in other parts of the package too") {
    // Twice the box, once turned by 90 degrees about z and moved by 100 in x, once inside a
    // component moved by 1000 in z; points are rows, so the rotation's first row is the image of x.
    const std::string resources =
        object_3mf(1) +
        "<object id=\"2\"><components><component objectid=\"1\" "
        "transform=\"1 0 0 0 1 0 0 0 1 0 0 1000\"/></components></object>";
    const auto placed = import(
        package_3mf(model_3mf("", resources,
                              "<item objectid=\"1\" transform=\"0 1 0 -1 0 0 0 0 1 100 0 0\"/>"
                              "<item objectid=\"2\"/>")),
        MeshFormat::k3mf);
    REQUIRE_MESSAGE(placed.ok(), placed.error().to_string());
    CHECK(placed.value().mesh.facets.size() == 24);
    CHECK(signed_volume(placed.value().mesh) == doctest::Approx(12000).epsilon(1e-12));
    CHECK(box_of(placed.value().mesh).max.x == 98);  // x = 100 - y
    CHECK(box_of(placed.value().mesh).max.z == 1033);

    const std::string component =
        "<object id=\"2\"><components><component objectid=\"1\" p:path=\"/3D/Objects/a.model\"/>"
        "</components></object>";
    check_box(import(zip({kRelationships,
                          {"3D/3dmodel.model", model_3mf("requiredextensions=\"p\"", component,
                                                         "<item objectid=\"2\"/>")},
                          {"3D/Objects/a.model", model_3mf("", object_3mf(1), "")}}),
                     MeshFormat::k3mf),
              1);
  }

  TEST_CASE("AMF constellations are placed, and their objects are not printed again") {
    const auto instance = [](const std::string& body) {
      return amf("", amf_object("7") + "<constellation id=\"c\"><instance objectid=\"7\">" + body +
                         "</instance></constellation>");
    };
    const auto placed =
        import(instance("<deltax>100</deltax><rx>0</rx><scalex>1</scalex>"), MeshFormat::kAmf);
    REQUIRE_MESSAGE(placed.ok(), placed.error().to_string());
    CHECK(placed.value().mesh.facets.size() == 12);
    CHECK(box_of(placed.value().mesh).min.x == 101);
    check_refused(import(instance("<rz>45</rz>"), MeshFormat::kAmf), ErrorCode::kImportFailed,
                  "turns, mirrors or scales");
    check_refused(import(amf("", amf_object("") + amf_object("")), MeshFormat::kAmf),
                  ErrorCode::kImportFailed, "same id");
  }

  TEST_CASE("geometry in another file is refused, though the file exists") {
    const Script other("exit 0");
    check_refused(import(gltf_json("\"uri\":\"" + other.path() + "\","), MeshFormat::kGltf),
                  ErrorCode::kImportFailed, "other files are never opened");
    const std::string outside =
        "<object id=\"2\"><components><component objectid=\"1\" "
        "p:path=\"/../../etc/passwd\"/></components></object>";
    check_refused(
        import(package_3mf(model_3mf("", outside, "<item objectid=\"2\"/>")), MeshFormat::k3mf),
        ErrorCode::kTruncated, "is missing");
  }

  TEST_CASE("what would be left out silently is refused") {
    check_refused(import(gltf_embedded("", "\"extensionsRequired\":[\"KHR_mesh_quantization\"],"),
                         MeshFormat::kGltf),
                  ErrorCode::kImportFailed, "KHR_mesh_quantization");
    const auto with = [](const std::string& attributes, const std::string& item) {
      return import(package_3mf(model_3mf(attributes, object_3mf(1), item)), MeshFormat::k3mf);
    };
    check_refused(
        with("xmlns:b=\"http://schemas.microsoft.com/3dmanufacturing/beamlattice/2017/02\" "
             "requiredextensions=\"p b\"",
             "<item objectid=\"1\"/>"),
        ErrorCode::kImportFailed, "beamlattice");
    check_refused(with("", "<item objectid=\"9\"/>"), ErrorCode::kImportFailed, "uses object 9");
    check_refused(with("", "<item objectid=\"1\" transform=\"1 0 0 0 1 0\"/>"), ErrorCode::kNumber,
                  "a number of a transform");
    check_refused(with("", ""), ErrorCode::kNoFaces, "builds nothing");
    const std::string endless =
        "<object id=\"1\"><components><component objectid=\"1\"/>"
        "</components></object>";
    check_refused(
        import(package_3mf(model_3mf("", endless, "<item objectid=\"1\"/>")), MeshFormat::k3mf),
        ErrorCode::kImportFailed, "without end");
  }

  TEST_CASE("damaged files are refused with a code") {
    std::string off = off_box();
    off.replace(off.rfind("3 0 4 7"), 7, "3 0 4 9");
    check_refused(import(off, MeshFormat::kOff), ErrorCode::kIndex, "refers to vertex 9");
    std::string ply = ply_box();
    ply.replace(ply.rfind("3 0 4 7"), 7, "3 0 4 8");
    check_refused(import(ply, MeshFormat::kPly), ErrorCode::kIndex, "refers to vertex 8");
    ply = ply_box();
    ply.resize(ply.rfind("4 3 0 4 7"));
    check_refused(import(ply, MeshFormat::kPly), ErrorCode::kTruncated, "");
    check_refused(import("ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\n"
                         "property float y\nproperty float z\nend_header\n1 2 3\n",
                         MeshFormat::kPly),
                  ErrorCode::kNoFaces, "no faces");
    std::string word = amf("", amf_object("1"));
    word.replace(word.find("<x>11</x>"), 9, "<x>1l</x>");
    check_refused(import(word, MeshFormat::kAmf), ErrorCode::kNumber, "not a number: '1l'");
    std::string missing = amf("", amf_object("1"));
    missing.replace(missing.find("<x>11</x>"), 9, "");
    check_refused(import(missing, MeshFormat::kAmf), ErrorCode::kNumber,
                  "x of a vertex is missing");
    std::string nan = amf("", amf_object("1"));
    nan.replace(nan.find("<x>11</x>"), 9, "<x>nan</x>");
    check_refused(import(nan, MeshFormat::kAmf), ErrorCode::kNonfinite, "finite");
    check_refused(import(amf("", ""), MeshFormat::kAmf), ErrorCode::kNoFaces, "no facets");
    std::string package = package_3mf(model_3mf("", object_3mf(1), "<item objectid=\"1\"/>"));
    package[package.find("x=\"11\"") + 3] = '2';
    check_refused(import(package, MeshFormat::k3mf), ErrorCode::kTruncated, "checksum");
  }

  TEST_CASE("XML that declares entities, or is not well formed, is refused") {
    std::string laughs = "<!DOCTYPE amf [<!ENTITY l0 \"11\">";
    for (int i = 1; i < 20; ++i) {
      const std::string before = "&l" + std::to_string(i - 1) + ";";
      laughs += "<!ENTITY l" + std::to_string(i) + " \"";
      for (int k = 0; k < 10; ++k) laughs += before;
      laughs += "\">";
    }
    std::string bomb = amf("", amf_object("1"));
    bomb.insert(bomb.find("<amf"), laughs + "]>");
    bomb.replace(bomb.find("<x>11</x>"), 9, "<x>&l19;</x>");
    check_refused(import(bomb, MeshFormat::kAmf), ErrorCode::kImportFailed, "document type");
    std::string outside = amf("", amf_object("1"));
    outside.insert(outside.find("<amf"), "<!DOCTYPE amf SYSTEM \"/etc/passwd\">");
    check_refused(import(outside, MeshFormat::kAmf), ErrorCode::kImportFailed, "document type");

    std::string open = amf("", amf_object("1"));
    open.replace(open.find("</mesh>"), 7, "");
    check_refused(import(open, MeshFormat::kAmf), ErrorCode::kImportFailed,
                  "mismatched tag in line 2");
    std::string deep;
    for (int i = 0; i < 100; ++i) deep += "<metadata>";
    check_refused(import(amf("", deep), MeshFormat::kAmf), ErrorCode::kImportFailed,
                  "nested too deeply");
    std::string mixed = amf("", amf_object("1"));
    mixed.replace(mixed.find("<x>11</x>"), 9, "<x>1<!-- no --><b/>1</x>");
    check_refused(import(mixed, MeshFormat::kAmf), ErrorCode::kNumber, "x of a vertex");
    std::string commented = amf("", amf_object("1"));
    commented.replace(commented.find("<x>11</x>"), 9, "<x>&#49;<!-- no --><![CDATA[1]]></x>");
    check_box(import(commented, MeshFormat::kAmf), 1);
  }

  TEST_CASE("a 3MF part that is too large, encrypted or not as its directory says is refused") {
    // Offsets in the last directory entry, the model's: flags 8, method 10, size 24.
    const auto with = [](std::size_t offset, const std::string& value) {
      std::string package =
          package_3mf(model_3mf("", object_3mf(1), "<item objectid=\"1\"/>"), /*deflate=*/true);
      return import(package.replace(package.rfind("PK\1\2") + offset, value.size(), value),
                    MeshFormat::k3mf);
    };
    check_box(with(10, little_endian(8, 2)), 1);
    check_refused(with(24, little_endian(0xC0000000, 4)), ErrorCode::kImportFailed, "2 GiB");
    check_refused(with(24, little_endian(100, 4)), ErrorCode::kTruncated, "size");
    check_refused(with(24, little_endian(100'000, 4)), ErrorCode::kTruncated, "");
    check_refused(with(8, little_endian(1, 2)), ErrorCode::kImportFailed, "encrypted");
    check_refused(with(10, little_endian(12, 2)), ErrorCode::kImportFailed, "deflate");
    const ZipEntry twice = {"_RELS/.rels", kRelationships.bytes};
    check_refused(import(zip({kRelationships, twice}), MeshFormat::k3mf), ErrorCode::kTruncated,
                  "twice");
  }

  TEST_CASE("every format survives being cut and garbled") {
    const std::pair<MeshFormat, std::string> files[] = {
        {MeshFormat::kPly, ply_box()},
        {MeshFormat::kOff, off_box()},
        {MeshFormat::kAmf, amf("", amf_object("1"))},
        {MeshFormat::k3mf, package_3mf(model_3mf("", object_3mf(1), "<item objectid=\"1\"/>"))},
        {MeshFormat::kGltf, gltf_embedded()},
        {MeshFormat::kGlb, glb_box()}};
    for (const auto& [format, bytes] : files) {
      CAPTURE(mesh_format_name(format));
      for (std::size_t length = bytes.size() - 4; length > 4; length = length * 9 / 10) {
        CAPTURE(length);
        const auto start = std::chrono::steady_clock::now();
        CHECK_FALSE(import(bytes.substr(0, length), format).ok());
        CHECK(seconds_since(start) < 5);
      }
      CHECK_FALSE(import(std::string(3000, '\xA7'), format).ok());
    }
  }

}  // TEST_SUITE
