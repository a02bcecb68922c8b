using Playground.Client.Pages.About;

namespace Playground.Client.Tests.Pages;

public sealed class CarriedPackageTests
{
    [Fact]
    public void Every_row_of_the_notices_is_a_package_with_its_license()
    {
        Assert.True(CarriedPackage.All.Count > 30, $"{CarriedPackage.All.Count} packages");
        Assert.Contains(CarriedPackage.All, p => p is { Name: "MudBlazor", License: "MIT", Address.Host: "mudblazor.com" });
        Assert.Contains(CarriedPackage.All, p => p is { Name: "SQLitePCLRaw.core", Address: null });
        Assert.Contains(CarriedPackage.All, p => p.Name == "uplot");
        Assert.All(CarriedPackage.All, p => Assert.True(p.Version.Length > 0 && p.License.Length > 1));
    }
}
