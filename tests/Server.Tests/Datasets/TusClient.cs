using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace Playground.Server.Tests.Datasets;

/// <summary>tus as a client speaks it, also wrongly.</summary>
internal sealed class TusClient(HttpClient http)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async Task<HttpResponseMessage> CreateAsync(long length, string name = "data.zip", string? dataset = null)
    {
        using var request = Request(HttpMethod.Post, "/api/v1/uploads");
        request.Headers.Add("Upload-Length", Text(length));
        var metadata = $"filename {Base64(name)}" + (dataset is null ? "" : $",dataset {Base64(dataset)}");
        request.Headers.Add("Upload-Metadata", metadata);
        return await http.SendAsync(request, Ct);
    }

    /// <summary>An upload's address.</summary>
    public async Task<string> BeginAsync(long length, string name = "data.zip", string? dataset = null)
    {
        using var response = await CreateAsync(length, name, dataset);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return response.Headers.Location!.ToString();
    }

    public async Task<HttpResponseMessage> PatchAsync(string upload, long offset, HttpContent body, string? checksum = null)
    {
        using var request = Request(HttpMethod.Patch, upload);
        request.Headers.Add("Upload-Offset", Text(offset));
        if (checksum is not null) request.Headers.Add("Upload-Checksum", checksum);
        request.Content = body;
        body.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
        return await http.SendAsync(request, Ct);
    }

    public Task<HttpResponseMessage> PatchAsync(string upload, long offset, byte[] bytes, string? checksum = null)
        => PatchAsync(upload, offset, new ByteArrayContent(bytes), checksum);

    public async Task<long> OffsetAsync(string upload)
    {
        using var request = Request(HttpMethod.Head, upload);
        using var response = await http.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return long.Parse(response.Headers.GetValues("Upload-Offset").Single(), CultureInfo.InvariantCulture);
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string upload)
    {
        using var request = Request(method, upload);
        return await http.SendAsync(request, Ct);
    }

    /// <summary>Uploads a file whole and gives its id.</summary>
    public async Task<string> UploadAsync(byte[] file, string name, string? dataset = null)
    {
        var upload = await BeginAsync(file.Length, name, dataset);
        if (file.Length > 0)
        {
            using var response = await PatchAsync(upload, 0, file);
            Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        }
        return upload.Split('/')[^1];
    }

    /// <summary>Promises the rest of the file, sends a part of it and breaks the connection.</summary>
    public static async Task BreakOffAsync(Uri server, string upload, long offset, long promised, ReadOnlyMemory<byte> part)
    {
        using var socket = new TcpClient { LingerState = new LingerOption(true, 0) };
        await socket.ConnectAsync(server.Host, server.Port, Ct);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"PATCH {upload} HTTP/1.1\r\nHost: {server.Authority}\r\nTus-Resumable: 1.0.0\r\nContent-Type: "
                + $"application/offset+octet-stream\r\nUpload-Offset: {offset}\r\nContent-Length: {promised}\r\n\r\n"), Ct);
        await stream.WriteAsync(part, Ct);
    }

    private static HttpRequestMessage Request(HttpMethod method, string address)
    {
        var request = new HttpRequestMessage(method, address);
        request.Headers.Add("Tus-Resumable", "1.0.0");
        return request;
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
