using System.Runtime.InteropServices;
using Playground.Core.Tests;
using Playground.Notices;

namespace Playground.RepositoryTests;

public sealed class NoticesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("notices-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_third_party_notices_are_those_of_the_restored_packages()
    {
        var isListed = OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;
        var isForCuda = Environment.GetEnvironmentVariable("Cuda") is not null;
        Assert.SkipUnless(isListed && !isForCuda, "The notices list what is restored on Linux, x64, without CUDA.");
        var kept = File.ReadAllText(Path.Combine(Repository.Root, NoticesPage.FileName)).ReplaceLineEndings("\n");
        Assert.True(kept == NoticesPage.Write(Repository.Root), $"{NoticesPage.FileName} is out of date: run './playground notices'.");
    }

    [Theory]
    [InlineData("MIT", "MIT")]
    [InlineData("MS-PL OR Apache-2.0", "Apache-2.0")]
    [InlineData("(MIT OR CC0-1.0)", "MIT")]
    [InlineData("MIT AND ISC", "MIT, ISC")]
    [InlineData("MIT AND Proprietary", null)]
    [InlineData("AGPL-3.0-only", null)]
    public void Of_a_license_expression_the_known_choice_is_taken(string expression, string? chosen)
        => Assert.Equal(chosen, LicenseTexts.Choose(expression) is { } licenses ? string.Join(", ", licenses) : null);

    [Theory]
    [InlineData("Apache-2.0")]
    [InlineData("BSD-2-Clause")]
    [InlineData("BSD-3-Clause")]
    [InlineData("ISC")]
    [InlineData("MIT")]
    public void A_license_is_recognized_by_its_text(string spdx)
        => Assert.Equal(spdx, LicenseTexts.Recognize("Title\n\nCopyright (c) 2026 Somebody\n\n" + LicenseTexts.Read(spdx)));

    [Fact]
    public void A_package_with_an_unknown_license_is_refused_by_name()
    {
        Restore("""<license type="expression">BUSL-1.1</license>""");
        var error = Assert.Throws<NoticesException>(() => NuGetPackages.Read(_folder, "Program"));
        Assert.Equal("Example 1.2.3 has the license 'BUSL-1.1', which is not one of those in tools/Notices/Licenses. Read it; "
            + "if the project can meet its terms, add its text there under its SPDX name, otherwise use another package.", error.Message);
    }

    [Fact]
    public void A_package_that_carries_its_license_as_a_file_is_read()
    {
        Restore("""<license type="file">LICENSE.txt</license>""");
        File.WriteAllText(Path.Combine(_folder, "packages", "example", "1.2.3", "LICENSE.txt"), LicenseTexts.Read("ISC"));
        var package = Assert.Single(NuGetPackages.Read(_folder, "Program"));
        Assert.Equal(("Example", "1.2.3"), (package.Name, package.Version));
        Assert.Equal(("© Somebody", "https://example.org"), (package.Holders, package.Home));
        Assert.Equal(["ISC"], package.Licenses);
        Assert.Equal(["LICENSE.txt"], package.Files);
    }

    [Fact]
    public void An_analyzer_that_only_works_on_the_source_is_left_out()
    {
        Restore("""<license type="expression">BUSL-1.1</license>""", """, "suppressParent": "All" """);
        Assert.Empty(NuGetPackages.Read(_folder, "Program"));
    }

    [Fact]
    public void A_package_that_is_only_downloaded_is_listed_but_for_those_of_the_runtime()
    {
        Restore("""<license type="expression">MIT</license>""", """, "suppressParent": "All" """, """
            , "downloadDependencies": [
              { "name": "Example", "version": "[1.2.3, 1.2.3]" },
              { "name": "Microsoft.NETCore.App.Ref", "version": "[10.0.0, 10.0.0]" }
            ]
            """);
        Assert.Equal("Example", Assert.Single(NuGetPackages.Read(_folder, "Program")).Name);
    }

    // A restored project with one package, as the SDK leaves it.
    private void Restore(string license, string reference = "", string downloads = "")
    {
        var package = Directory.CreateDirectory(Path.Combine(_folder, "packages", "example", "1.2.3")).FullName;
        File.WriteAllText(Path.Combine(package, "example.nuspec"), $"""
            <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata>
              <id>Example</id><version>1.2.3</version>{license}<copyright>© Somebody</copyright><projectUrl>https://example.org</projectUrl>
            </metadata></package>
            """);
        var list = Directory.CreateDirectory(Path.Combine(_folder, "Program", "obj")).FullName;
        File.WriteAllText(Path.Combine(list, "project.assets.json"), $$"""
            {
              "packageFolders": { "{{_folder}}/packages/": {} },
              "libraries": { "Example/1.2.3": { "type": "package", "path": "example/1.2.3" } },
              "targets": { "net10.0": { "Example/1.2.3": { "type": "package", "runtime": { "lib/net10.0/Example.dll": {} } } } },
              "project": { "frameworks": { "net10.0": {
                "dependencies": { "Example": { "target": "Package"{{reference}} } }{{downloads}}
              } } }
            }
            """);
    }
}
